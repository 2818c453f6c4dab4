using Cohort.Model.Data;
using Cohort.Model.Data.Texts;
using Cohort.Model.Plans;
using Cohort.Model.Training;

namespace Cohort.Model.Networks;

/// <summary>Every network a plan can name. A new one is a file of its own and a line here.</summary>
public static class NetworkCatalogue
{
    private static readonly Dictionary<string, Entry> Entries =
        new(StringComparer.Ordinal)
        {
            [NetworkNames.Cnn4] = OfPictures((input, classes) => new Cnn4(input, classes)),
            [NetworkNames.Cnn4Wide] = OfPictures((input, classes) => new Cnn4Wide(input, classes)),
            [NetworkNames.Cnn6] = OfPictures((input, classes) => new Cnn6(input, classes)),
            [NetworkNames.Cnn2Small] = OfPictures((input, classes) => new Cnn2Small(input, classes)),
            [NetworkNames.Logistic] = OfPictures((input, classes) => new LogisticRegression(input, classes)),
            [NetworkNames.TwoNn] = OfPictures((input, classes) => new TwoNN(input, classes)),
            [NetworkNames.MnistCnn] = OfPictures((input, classes) => new MnistCnn(input, classes)),
            [NetworkNames.TextBag] = OfTexts((input, classes) => new TextBag(input, classes)),
            [NetworkNames.TextCnn] = OfTexts((input, classes) => new TextCnn(input, classes)),
        };

    public static IReadOnlyCollection<string> Names => Entries.Keys;

    /// <summary>Constructs a network for an input's shape.</summary>
    /// <exception cref="ArgumentException">No network has that name, or it takes other inputs.</exception>
    public static Module<Tensor, Tensor> Create(string name, SampleShape input, int classes)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (!Entries.TryGetValue(name, out var entry))
            throw new ArgumentException($"No network is named '{name}'; known are {string.Join(", ", Names)}.");
        return entry.Takes(input)
            ? entry.Construct(input, classes)
            : throw new ArgumentException($"The network {name} takes no {input.Kind}s; take {ListOf(input)}.");
    }

    /// <summary>Whether the network of this name takes such inputs.</summary>
    public static bool Takes(string name, SampleShape input) => Entries.TryGetValue(name, out var entry) && entry.Takes(input);

    /// <summary>The networks that take such inputs, for people: "cnn4, cnn6 or 2nn".</summary>
    public static string ListOf(SampleShape input)
    {
        string[] names = [.. Entries.Where(entry => entry.Value.Takes(input)).Select(entry => entry.Key)];
        return $"{string.Join(", ", names[..^1])} or {names[^1]}";
    }

    /// <summary>Some input that the network of this name takes.</summary>
    public static SampleShape AnyInputOf(string name) => Entries[name].Input;

    private static Entry OfPictures(Func<ImageShape, int, Module<Tensor, Tensor>> construct)
        => new(ImageShape.Face, input => input is ImageShape, (input, classes) => construct((ImageShape)input, classes));

    private static Entry OfTexts(Func<TokenShape, int, Module<Tensor, Tensor>> construct)
        => new(
            new TextEncoding().InputOf(TextShape.Default)!,
            input => input is TokenShape,
            (input, classes) => construct((TokenShape)input, classes));

    /// <param name="Input">An example of what it takes.</param>
    /// <param name="Takes">True of all that it takes.</param>
    /// <param name="Construct">Makes it, for an input and so many classes.</param>
    private sealed record Entry(
        SampleShape Input, Func<SampleShape, bool> Takes, Func<SampleShape, int, Module<Tensor, Tensor>> Construct);
}
