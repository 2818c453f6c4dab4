using Cohort.Model.Files;
using Cohort.Model.Networks;
using Cohort.Model.Training;

namespace Cohort.Pbm.Commands;

/// <summary>A model that somebody named, by the first digits of its hash or by its file.</summary>
internal sealed record NamedModel(ModelFile File, ModelHash Hash, string Path)
{
    /// <summary>True if a file is meant rather than a hash.</summary>
    public static bool IsFile(string named)
        => System.IO.File.Exists(named) || named.EndsWith(ModelFile.Extension, StringComparison.Ordinal);

    /// <exception cref="ModelFileException">There is no such model, or its file is damaged.</exception>
    public static NamedModel Open(string named, Home home)
    {
        if (IsFile(named))
        {
            var file = ModelFile.Read(named);
            return new(file, file.Hash, System.IO.Path.GetFullPath(named));
        }

        var store = home.ReadModels();
        return Open(store.Find(named), store);
    }

    public static NamedModel Open(ModelHash hash, ModelStore store) => new(store.Load(hash), hash, store.PathOf(hash));

    /// <summary>From a sample's bytes to the network's input.</summary>
    public IInputEncoding Encoding => File.Encoding;

    /// <summary>The same, where only pictures will do.</summary>
    /// <exception cref="CommandException">The model takes texts.</exception>
    public PixelScale Scale => Encoding as PixelScale
        ?? throw new CommandException($"Model {Hash.Short} takes {File.Samples.Kind}s, and this needs one that takes pictures.");

    /// <summary>The network whose parameters these are.</summary>
    /// <exception cref="ModelFileException">The file's tensors are not those of the network that it names.</exception>
    public NetworkSpec Network()
    {
        var spec = new NetworkSpec(File.Network, File.Input, File.Classes.Count);
        using var network = spec.Construct();
        return new ParameterVector(network).Layout.SequenceEqual(File.Tensors)
            ? spec
            : throw new ModelFileException($"{Path}: its tensors are not those of the network {File.Network} for "
                + $"{File.Input.Describe()} and {File.Classes.Count} classes; another version of Cohort made it.");
    }
}
