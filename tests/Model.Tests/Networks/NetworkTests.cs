using Cohort.Model.Data;
using Cohort.Model.Networks;
using Cohort.Model.Plans;
using Cohort.Model.Training;

namespace Cohort.Model.Tests.Networks;

public class NetworkTests
{
    public static TheoryData<string> Names => [.. NetworkCatalogue.Names];

    public static TheoryData<string> OfPictures => [.. NetworkCatalogue.Names.Where(name => NetworkCatalogue.Takes(name, ImageShape.Face))];

    [Fact]
    public void Every_name_a_plan_may_use_has_a_network_and_no_network_is_left_out()
        => NetworkCatalogue.Names.Order(StringComparer.Ordinal).ShouldBe(NetworkNames.All.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(OfPictures))]
    public void A_network_gives_one_logit_per_class_for_pictures_of_both_sizes_we_read(string name)
    {
        foreach (var shape in new[] { ImageShape.Face, new ImageShape(1, 28, 28) })
        {
            using var scope = NewDisposeScope();
            using var network = NetworkCatalogue.Create(name, shape, 7);
            network.call(zeros([3, shape.Channels, shape.Height, shape.Width])).shape.ShouldBe([3L, 7L]);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_parameter_vector_written_into_a_network_is_read_back_bit_for_bit(string name)
    {
        using var network = NetworkCatalogue.Create(name, NetworkCatalogue.AnyInputOf(name), 7);
        var vector = new ParameterVector(network);
        var written = new float[vector.Length];
        for (var i = 0; i < written.Length; i++)
        {
            written[i] = i * 0.25f;
        }

        vector.Write(written);
        var read = new float[vector.Length];
        vector.Read(read);
        read.ShouldBe(written);
    }

    [Theory]
    [InlineData("2nn", 199_210)]
    [InlineData("mnist-cnn", 1_663_370)]
    [InlineData("logistic", 7_850)]
    public void The_networks_of_the_FedAvg_paper_have_the_paper_s_number_of_parameters(string name, int parameters)
    {
        using var network = NetworkCatalogue.Create(name, new ImageShape(1, 28, 28), 10);
        new ParameterVector(network).Length.ShouldBe(parameters);
    }

    [Fact]
    public void The_initial_model_is_a_function_of_network_and_seed()
    {
        var spec = new NetworkSpec("cnn4", ImageShape.Face, 7);
        var (first, _) = InitialModel.Create(spec, 1);
        InitialModel.Create(spec, 1).Parameters.ShouldBe(first);
        InitialModel.Create(spec, 2).Parameters.ShouldNotBe(first);
    }

    [Fact]
    public void An_unknown_network_is_refused_with_the_known_ones()
        => Should.Throw<ArgumentException>(() => NetworkCatalogue.Create("cnn5", ImageShape.Face, 7)).Message.ShouldContain("cnn4");
}
