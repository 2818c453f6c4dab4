using Cohort.Model.Data.Texts;

namespace Cohort.Model.Networks;

/// <summary>
/// Convolutions over 2, 3 and 4 words that stand side by side, the greatest answer of each over the text, and a linear layer (Kim 2014,
/// "Convolutional Neural Networks for Sentence Classification"). Made for words alone as tokens, in their order. Input token ids [N, T] with
/// T at least 4, 0 for none; output logits [N, classes].
/// </summary>
public sealed class TextCnn : Module<Tensor, Tensor>
{
    private const int Dimensions = 32;
    private const int Filters = 32;

    private readonly Embedding tokens;
    private readonly Conv1d pairs;
    private readonly Conv1d triples;
    private readonly Conv1d fours;
    private readonly Linear output;

    public TextCnn(TokenShape input, int classes)
        : base(nameof(TextCnn))
    {
        tokens = Embedding(input.Buckets + 1, Dimensions, padding_idx: 0);
        pairs = Conv1d(Dimensions, Filters, 2);
        triples = Conv1d(Dimensions, Filters, 3);
        fours = Conv1d(Dimensions, Filters, 4);
        output = Linear(3 * Filters, classes);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var x = tokens.call(input.to(ScalarType.Int64)).transpose(1, 2);
        return output.call(cat([Greatest(pairs, x), Greatest(triples, x), Greatest(fours, x)], 1));
    }

    private static Tensor Greatest(Conv1d filters, Tensor x) => functional.relu(filters.call(x)).max(2).values;
}
