namespace Cohort.Federation.Tests;

public class CatalogueTests
{
    [Fact]
    public void Whoever_implements_a_choice_is_in_its_catalogue_wherever_it_is_written() =>
        Catalogue.Of<IServerOptimizer>().Select(kind => kind.Name)
            .ShouldBe(["fedAdagrad", "fedAdam", "fedAvg", "fedAvgM", "fedYogi", "halfStep"]);

    [Fact]
    public void A_choice_finds_its_kind_by_name_and_names_them_all_where_there_is_none()
    {
        new Choice<IServerOptimizer>("halfStep").Kind.ShouldBeOfType<HalfStep>();

        Should.Throw<ArgumentException>(() => new Choice<IServerOptimizer>("sgd").Kind)
            .Message.ShouldBe("There is no \"sgd\"; there are fedAdagrad, fedAdam, fedAvg, fedAvgM, fedYogi, halfStep.");
    }

    [Fact]
    public void Hyperparameters_that_several_kinds_take_are_listed_once()
    {
        var names = Catalogue.HyperparametersOf<IServerOptimizer>().Select(parameter => parameter.Name);

        names.ShouldBe(["beta1", "beta2", "tau"]);
    }

    [Fact]
    public void Two_kinds_of_one_name_are_refused() =>
        Should.Throw<InvalidOperationException>(() => Catalogue.Of<ITwin>()).Message.ShouldContain("called \"twin\"");

    [Fact]
    public void Settings_are_equal_when_the_same_numbers_were_given_in_whatever_order()
    {
        var settings = Settings.None.With("a", 1).With("b", 2);

        settings.ShouldBe(Settings.None.With("b", 2).With("a", 3).With("a", 1));
        settings.GetHashCode().ShouldBe(Settings.None.With("b", 2).With("a", 1).GetHashCode());
        settings.ShouldNotBe(Settings.None.With("a", 1));
    }

    [Fact]
    public void What_was_not_given_has_its_default()
    {
        var parameter = new Hyperparameter("a", 0.5, "A number.");

        Settings.None[parameter].ShouldBe(0.5);
        Settings.None.With("a", 2)[parameter].ShouldBe(2);
        Settings.None.With("a", 2).Without("a")[parameter].ShouldBe(0.5);
    }

    public interface ITwin : IChoice;

    private sealed class FirstTwin : ITwin
    {
        public string Name => "twin";

        public string Meaning => "the first";
    }

    private sealed class SecondTwin : ITwin
    {
        public string Name => "twin";

        public string Meaning => "the second";
    }
}

/// <summary>An optimiser that nothing but this file knows of.</summary>
internal sealed class HalfStep : IServerOptimizer
{
    public string Name => "halfStep";

    public string Meaning => "half of the way";

    public IReadOnlyList<string> Moments => [];

    public float Initial(int moment, Settings settings) => 0;

    public void Step(ReadOnlySpan<double> update, ReadOnlySpan<Memory<float>> moments, Settings settings, Span<double> step)
    {
        for (var i = 0; i < update.Length; i++)
            step[i] = update[i] / 2;
    }
}
