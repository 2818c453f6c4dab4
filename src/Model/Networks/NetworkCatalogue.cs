using Cohort.Model.Data;
using Cohort.Model.Plans;

namespace Cohort.Model.Networks;

/// <summary>Every network a plan can name. A new one is a file of its own and a line here.</summary>
public static class NetworkCatalogue
{
    private static readonly Dictionary<string, Func<ImageShape, int, Module<Tensor, Tensor>>> Constructors =
        new(StringComparer.Ordinal)
        {
            [NetworkNames.Cnn4] = (input, classes) => new Cnn4(input, classes),
            [NetworkNames.Cnn4Wide] = (input, classes) => new Cnn4Wide(input, classes),
            [NetworkNames.Cnn6] = (input, classes) => new Cnn6(input, classes),
            [NetworkNames.Cnn2Small] = (input, classes) => new Cnn2Small(input, classes),
            [NetworkNames.Logistic] = (input, classes) => new LogisticRegression(input, classes),
            [NetworkNames.TwoNn] = (input, classes) => new TwoNN(input, classes),
            [NetworkNames.MnistCnn] = (input, classes) => new MnistCnn(input, classes),
        };

    public static IReadOnlyCollection<string> Names => Constructors.Keys;

    /// <summary>Constructs a network for images of a shape.</summary>
    /// <exception cref="ArgumentException">No network has that name.</exception>
    public static Module<Tensor, Tensor> Create(string name, ImageShape input, int classes)
        => Constructors.TryGetValue(name, out var construct)
            ? construct(input, classes)
            : throw new ArgumentException($"No network is named '{name}'; known are {string.Join(", ", Names)}.");
}
