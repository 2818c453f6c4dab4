using Cohort.Model.Data.Texts;

namespace Cohort.Model.Networks;

/// <summary>
/// The mean of the vectors of a text's tokens, and one linear layer on it: fastText's classifier (Joulin et al. 2017, "Bag of Tricks for
/// Efficient Text Classification"). Input token ids [N, T], 0 for none; output logits [N, classes].
/// </summary>
public sealed class TextBag : Module<Tensor, Tensor>
{
    private const int Dimensions = 16;

    private readonly EmbeddingBag tokens;
    private readonly Linear output;

    public TextBag(TokenShape input, int classes)
        : base(nameof(TextBag))
    {
        tokens = EmbeddingBag(input.Buckets + 1, Dimensions, mode: EmbeddingBagMode.Mean, padding_index: 0);
        output = Linear(Dimensions, classes);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => output.call(tokens.call(input.to(ScalarType.Int64), null, null));
}
