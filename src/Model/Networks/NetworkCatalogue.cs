using Cohort.Model.Data;

namespace Cohort.Model.Networks;

/// <summary>Every network a plan can name. A new one is a file of its own and a line here.</summary>
public static class NetworkCatalogue
{
    private static readonly Dictionary<string, Func<ImageShape, int, Module<Tensor, Tensor>>> Constructors =
        new(StringComparer.Ordinal)
        {
            ["cnn4"] = (input, classes) => new Cnn4(input, classes),
            ["cnn4-wide"] = (input, classes) => new Cnn4Wide(input, classes),
            ["cnn6"] = (input, classes) => new Cnn6(input, classes),
            ["cnn2-small"] = (input, classes) => new Cnn2Small(input, classes),
            ["logistic"] = (input, classes) => new LogisticRegression(input, classes),
            ["2nn"] = (input, classes) => new TwoNN(input, classes),
            ["mnist-cnn"] = (input, classes) => new MnistCnn(input, classes),
        };

    public static IReadOnlyCollection<string> Names => Constructors.Keys;

    /// <summary>Constructs a network for images of a shape.</summary>
    /// <exception cref="ArgumentException">No network has that name.</exception>
    public static Module<Tensor, Tensor> Create(string name, ImageShape input, int classes)
        => Constructors.TryGetValue(name, out var construct)
            ? construct(input, classes)
            : throw new ArgumentException($"No network is named '{name}'; known are {string.Join(", ", Names)}.");
}
