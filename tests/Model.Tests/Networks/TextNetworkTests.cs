using Cohort.Model.Data;
using Cohort.Model.Data.Texts;
using Cohort.Model.Networks;
using Cohort.Model.Training;

namespace Cohort.Model.Tests.Networks;

public sealed class TextNetworkTests
{
    private static readonly TokenShape Shape = new(8, 100);

    public static TheoryData<string> Names => [.. NetworkCatalogue.Names.Where(name => NetworkCatalogue.Takes(name, Shape))];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_network_gives_one_logit_per_class_for_every_text_also_for_one_without_tokens(string name)
    {
        using var scope = NewDisposeScope();
        using var network = NetworkCatalogue.Create(name, Shape, 7);
        var logits = network.call(tensor(new float[] { 1, 2, 3, 100, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, [2, 8]));
        logits.shape.ShouldBe([2L, 7L]);
        logits.data<float>().ToArray().ShouldAllBe(logit => float.IsFinite(logit));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void At_the_plan_s_defaults_it_has_two_million_parameters_at_most(string name)
        => new NetworkSpec(name, new TextEncoding().InputOf(TextShape.Default)!, 28).Layout().Sum(tensor => tensor.Length).ShouldBeLessThan(2_000_000);

    [Fact]
    public void A_bag_does_not_count_what_fills_a_row_nor_the_order_of_tokens()
    {
        using var scope = NewDisposeScope();
        using var network = NetworkCatalogue.Create("text-bag", Shape, 3);
        var logits = network.call(tensor(new float[] { 5, 6, 0, 0, 0, 0, 0, 0, 6, 5, 6, 5, 0, 0, 0, 0 }, [2, 8])).data<float>().ToArray();
        for (var i = 0; i < 3; i++)
        {
            logits[i].ShouldBe(logits[i + 3], 1e-6f);
        }
    }

    [Fact]
    public void A_convolution_sees_the_order_of_words()
    {
        using var scope = NewDisposeScope();
        using var network = NetworkCatalogue.Create("text-cnn", Shape, 3);
        var logits = network.call(tensor(new float[] { 5, 6, 7, 8, 0, 0, 0, 0, 8, 7, 6, 5, 0, 0, 0, 0 }, [2, 8])).data<float>().ToArray();
        logits[..3].ShouldNotBe(logits[3..]);
    }

    [Fact]
    public void Networks_of_pictures_refuse_texts_and_the_other_way_round()
    {
        Should.Throw<ArgumentException>(() => NetworkCatalogue.Create("cnn4", Shape, 7)).Message.ShouldBe(
            "The network cnn4 takes no texts; take text-bag or text-cnn.");
        Should.Throw<ArgumentException>(() => NetworkCatalogue.Create("text-bag", ImageShape.Face, 7)).Message.ShouldContain("takes no pictures");
    }
}
