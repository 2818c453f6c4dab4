namespace Cohort.Torch.Tests;

/// <summary>
/// One case for each way to call a differentiable operation: named after the method, with float64 inputs away from points
/// where the derivative jumps. The gradient with respect to every input is checked.
/// </summary>
public static class GradientCases
{
    public sealed record Case(string Name, Func<Tensor[], Tensor> Operation, Func<Tensor>[] Inputs);

    private static readonly long[] s_classes = [0, 2, 1, 2];

    public static IReadOnlyList<Case> All { get; } =
    [
        // Elementwise.
        One("neg", x => x.neg()),
        One("neg of -x", x => -x),
        One("sqrt", x => x.sqrt(), Positive),
        One("exp", x => x.exp()),
        One("log", x => x.log(), Positive),
        One("abs", x => x.abs()),
        One("relu", x => x.relu()),
        One("sigmoid", x => x.sigmoid()),
        One("tanh", x => x.tanh()),
        One("clamp", x => x.clamp(-0.55, 0.65)),
        One("clamp min", x => x.clamp(min: -0.55)),
        One("clamp max", x => x.clamp(max: 0.65)),
        Two("add", (x, y) => x.add(y)),
        Two("add alpha", (x, y) => x.add(y, 0.3)),
        One("add number", x => x.add(2.5)),
        Two("add of x + y", (x, y) => x + y),
        One("add of 2 + x", x => 2 + x),
        Two("sub", (x, y) => x.sub(y)),
        One("sub number", x => x.sub(2)),
        Two("sub of x - y", (x, y) => x - y),
        One("sub of 2 - x", x => 2 - x),
        One("sub of x - 2", x => x - 2),
        Two("mul", (x, y) => x.mul(y)),
        One("mul number", x => x.mul(1.7)),
        Two("mul of x * y", (x, y) => x * y),
        One("mul of 3 * x", x => 3 * x),
        One("mul of x * 3", x => x * 3),
        Two("div", (x, y) => x.div(y), Varied, Positive),
        One("div number", x => x.div(1.7)),
        Two("div of x / y", (x, y) => x / y, Varied, Positive),
        One("div of 3 / x", x => 3 / x, Positive),
        One("div of x / 3", x => x / 3),
        Two("pow", (x, y) => x.pow(y), Positive, Positive),
        One("pow number", x => x.pow(3)),
        One("pow half", x => x.pow(0.5), Positive),
        Two("add broadcast", (x, y) => x.add(y), Varied, () => Values(4)),

        // Products.
        Two("matmul", (x, y) => x.matmul(y), Varied, () => Values(4, 2)),
        Two("mm", (x, y) => x.mm(y), Varied, () => Values(4, 2)),
        Two("matmul batch", (x, y) => x.matmul(y), () => Values(2, 3, 4), () => Values(2, 4, 2)),

        // Shapes.
        One("alias", x => x.alias()),
        One("clone", x => x.clone()),
        One("contiguous", x => x.t().contiguous()),
        One("to", x => x.to(torch.float64)),
        One("cpu", x => x.cpu()),
        One("view", x => x.view(2, 6)),
        One("reshape", x => x.t().reshape(2, -1)),
        One("expand", x => x.unsqueeze(0).expand(2, 3, 4)),
        One("permute", x => x.permute(1, 0)),
        One("flip", x => x.flip(1)),
        One("flatten", x => x.flatten()),
        One("narrow", x => x.narrow(1, 1, 2)),
        One("select", x => x.select(0, 1)),
        One("index_select", x => x.index_select(1, torch.tensor([2L, 0L, 2L]))),
        One("t", x => x.t()),
        One("transpose", x => x.transpose(0, 1)),
        One("unsqueeze", x => x.unsqueeze(1)),
        One("squeeze", x => x.unsqueeze(0).squeeze()),
        One("squeeze dim", x => x.unsqueeze(0).squeeze(0)),
        Two("cat", (x, y) => torch.cat([x, y], 1)),
        Two("stack", (x, y) => torch.stack([x, y], 1)),

        // Reductions.
        One("sum", x => x.sum()),
        One("sum dim", x => x.sum(1)),
        One("sum dims", x => x.sum([0L, 1L], keepdim: true)),
        One("mean", x => x.mean()),
        One("mean dims", x => x.mean([1L])),
        One("max", x => x.max()),
        One("max dim", x => x.max(1).values),
        One("min", x => x.min()),
        One("min dim", x => x.min(0, keepdim: true).values),
        One("norm", x => x.norm()),
        One("norm dim", x => x.norm(1)),
        One("norm p", x => x.norm(1, keepdim: true, p: 3)),
        One("softmax", x => x.softmax(1)),
        One("log_softmax", x => x.log_softmax(0)),
        One("functional.softmax", x => functional.softmax(x, 1)),
        One("functional.log_softmax", x => functional.log_softmax(x, 1)),

        // Layers.
        One("functional.relu", x => functional.relu(x)),
        One("functional.relu in place", x => functional.relu(x * 1, inplace: true)),
        new("functional.linear", x => functional.linear(x[0], x[1], x[2]), [Varied, () => Values(5, 4), () => Values(5)]),
        Two("functional.linear no bias", (x, w) => functional.linear(x, w), Varied, () => Values(5, 4)),
        new("functional.conv1d", x => functional.conv1d(x[0], x[1], x[2], 2, 1, 1),
            [() => Values(2, 3, 6), () => Values(4, 3, 2), () => Values(4)]),
        new("functional.conv2d", x => functional.conv2d(x[0], x[1], x[2], [2], [1]),
            [() => Values(2, 2, 5, 5), () => Values(3, 2, 3, 3), () => Values(3)]),
        Two("functional.conv2d groups", (x, w) => functional.conv2d(x, w, null, [1], [1], [2], 2),
            () => Values(1, 4, 5, 5), () => Values(2, 2, 3, 3)),
        new("functional.group_norm", x => functional.group_norm(x[0], 2, x[1], x[2]),
            [() => Values(2, 4, 3), () => Values(4), () => Values(4)]),
        One("functional.unfold", x => functional.unfold(x, (2, 3)), () => Values(2, 2, 4, 5)),
        One("functional.unfold options", x => functional.unfold(x, (3, 2), (1, 2), (1, 0), (2, 1)), () => Values(1, 2, 5, 5)),
        One("functional.max_pool2d", x => functional.max_pool2d(x, 2), () => Values(1, 2, 4, 6)),
        One("functional.max_pool2d 3", x => functional.max_pool2d(x, 3, 2, 1), () => Values(1, 2, 5, 5)),
        One("functional.avg_pool2d", x => functional.avg_pool2d(x, 2), () => Values(1, 2, 4, 4)),
        One("functional.adaptive_avg_pool2d", x => functional.adaptive_avg_pool2d(x, 2), () => Values(1, 2, 5, 5)),
        One("functional.adaptive_avg_pool2d pair", x => functional.adaptive_avg_pool2d(x, (2, 1)), () => Values(1, 2, 5, 5)),
        One("functional.dropout", x => functional.dropout(x, 0.5, false)),

        // Losses.
        One("functional.cross_entropy", x => functional.cross_entropy(x, torch.tensor(s_classes)), () => Values(4, 3)),
        One("functional.cross_entropy options", x => functional.cross_entropy(x, torch.tensor(s_classes),
            torch.tensor([0.5, 1.0, 2.0]), 1, Reduction.Sum, 0.1), () => Values(4, 3)),
        One("functional.nll_loss", x => functional.nll_loss(x.log_softmax(1), torch.tensor(s_classes)), () => Values(4, 3)),
        Two("functional.mse_loss", (x, y) => functional.mse_loss(x, y)),
    ];

    private static Case One(string name, Func<Tensor, Tensor> operation, Func<Tensor>? input = null) =>
        new(name, x => operation(x[0]), [input ?? Varied]);

    private static Case Two(string name, Func<Tensor, Tensor, Tensor> operation, Func<Tensor>? left = null,
        Func<Tensor>? right = null) =>
        new(name, x => operation(x[0], x[1]), [left ?? Varied, right ?? (() => Varied().mul(0.8).add(0.3))]);

    private static Tensor Varied() => Values(3, 4);

    private static Tensor Positive() => Values(3, 4).abs().add(0.5);

    /// <summary>Distinct numbers between -1 and 1, none near 0 or near another, in no order.</summary>
    private static Tensor Values(params long[] shape)
    {
        var count = (int)shape.Aggregate(1L, (product, length) => product * length);
        var values = new double[count];
        for (var i = 0; i < count; i++)
        {
            // 7 and 11 have no factor in common with any count used here, so every rank appears once.
            var rank = (i * (count % 7 == 0 ? 11 : 7) + 3) % count;
            values[i] = (2.0 * rank + 1.0) / count - 1 + 0.013;
        }

        return torch.tensor(values, shape);
    }
}
