using System.Globalization;
using System.Text.Json;

namespace Cohort.Model.Files;

/// <summary>The texts of a safetensors header as values; each missing or odd one is answered with a sentence.</summary>
internal sealed class FileMetadata
{
    private readonly SafeTensors _header;
    private readonly string _source;

    /// <param name="header">Where the texts are.</param>
    /// <param name="source">What errors call the file.</param>
    /// <param name="format">What its text "format" must be.</param>
    /// <param name="kind">What such a file holds, for people: "model".</param>
    /// <exception cref="ModelFileException">The file is of another format.</exception>
    public FileMetadata(SafeTensors header, string source, string format, string kind)
    {
        (_header, _source) = (header, source);
        var found = header.Text("format");
        if (!string.Equals(found, format, StringComparison.Ordinal))
            throw new ModelFileException($"{source}: this is a safetensors file, but no {kind} of ours: its metadata has " +
                $"{(found is null ? "no format" : $"format \"{found}\"")} instead of \"{format}\".");
    }

    public string Text(string key) =>
        _header.Text(key) ?? throw new ModelFileException($"{_source}: the metadata lacks \"{key}\".");

    public int Whole(string key) =>
        int.TryParse(Text(key), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw Odd(key, "a whole number");

    /// <summary>A whole number from one to the other.</summary>
    public int Whole(string key, int least, int most) =>
        Whole(key) is var value && value >= least && value <= most ? value : throw Odd(key, $"a whole number from {least} to {most}");

    public double Number(string key) =>
        double.TryParse(Text(key), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? value
            : throw Odd(key, "a number");

    public bool Flag(string key) => bool.TryParse(Text(key), out var value) ? value : throw Odd(key, "true or false");

    public ModelHash? Hash(string key) =>
        Text(key) is "" ? null : ModelHash.TryParse(Text(key), out var hash) ? hash : throw Odd(key, "a hash");

    public IReadOnlyList<string> Texts(string key)
    {
        try
        {
            return JsonSerializer.Deserialize<string[]>(Text(key)) ?? throw Odd(key, "a list of texts");
        }
        catch (JsonException)
        {
            throw Odd(key, "a list of texts");
        }
    }

    private ModelFileException Odd(string key, string expected) =>
        new($"{_source}: the metadata's \"{key}\" is \"{Text(key)}\", where {expected} was expected.");
}
