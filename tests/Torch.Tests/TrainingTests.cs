namespace Cohort.Torch.Tests;

public sealed class TrainingTests
{
    [Fact]
    public void A_small_network_learns_to_tell_two_classes_apart()
    {
        manual_seed(7);
        using var scope = NewDisposeScope();
        using var network = Sequential(Conv2d(1, 4, 3, padding: 1), GroupNorm(2, 4, affine: false), ReLU(), MaxPool2d(2),
            Flatten(), Linear(64, 2));
        using var optimizer = torch.optim.SGD(network.parameters(), 0.1, momentum: 0.9);
        var images = torch.randn([32, 1, 8, 8]);
        var classes = torch.tensor(Enumerable.Range(0, 32).Select(i => (long)(i % 2)).ToArray());
        images.add_(classes.to(torch.float32).view(32, 1, 1, 1));
        for (var i = 0; i < 40; i++)
        {
            using var step = NewDisposeScope();
            optimizer.zero_grad();
            functional.cross_entropy(network.call(images), classes).backward();
            optimizer.step();
        }

        network.call(images).argmax(1).eq(classes).all().ToBoolean().ShouldBeTrue();
    }
}
