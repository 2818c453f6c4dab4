using System.Runtime.InteropServices;
using Cohort.Federation;

namespace Cohort.Model.Files;

/// <summary>A folder of model files, each named by its hash.</summary>
public sealed class ModelStore : IModelStore
{
    private readonly Func<string, Stream>? _create;

    /// <param name="directory">The folder; made if absent.</param>
    /// <param name="create">Opens files for writing; null for the disk. Tests fill a disk with it.</param>
    /// <exception cref="StorageException">The folder cannot be made.</exception>
    public ModelStore(string directory, Func<string, Stream>? create = null)
    {
        Directory = directory;
        _create = create;
        Memories = new StudentMemoryFolder(directory, create);
        try
        {
            System.IO.Directory.CreateDirectory(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageException($"{directory}: the folder for models cannot be made ({e.Message.TrimEnd('.')}).", e);
        }
    }

    public string Directory { get; }

    public string Name => Directory;

    public IStudentMemoryStore Memories { get; }

    public string PathOf(ModelHash hash) => Path.Combine(Directory, hash + ModelFile.Extension);

    /// <summary>Stores the model; when this returns it is on disk, also if the power fails.</summary>
    /// <exception cref="StorageException">It could not be stored; nothing half-written is left.</exception>
    public ModelHash Save(ModelFile model, ServerState? state = null)
    {
        var header = model.Header();
        var hash = ModelHash.Of(header, MemoryMarshal.AsBytes<float>(model.Parameters));
        if (model.ServerState is not null)
        {
            var bytes = ServerStateFile.Write(state ?? throw new ArgumentNullException(nameof(state)));
            DurableFile.Write(StatePathOf(hash), stream => stream.Write(bytes), _create);
        }

        DurableFile.Write(PathOf(hash), stream =>
        {
            stream.Write(header);
            stream.Write(MemoryMarshal.AsBytes<float>(model.Parameters));
        }, _create);
        return hash;
    }

    /// <exception cref="ModelFileException">There is no such model, or its file does not have its hash.</exception>
    public ModelFile Load(ModelHash hash) => Contains(hash)
        ? ModelFile.Read(PathOf(hash))
        : throw new ModelFileException($"{PathOf(hash)}: there is no such model file; pbm model list shows those there are.");

    public ServerState LoadState(ModelFile model, Choice<IServerOptimizer> optimizer)
    {
        var path = StatePathOf(model.Hash);
        if (model.ServerState is not { } expected)
            throw new ModelFileException($"{PathOf(model.Hash)}: the model was made without the memory of {optimizer.Name}.");
        try
        {
            return ServerStateFile.Read(File.ReadAllBytes(path), expected, optimizer, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelFileException(
                $"{path}: what the server's optimiser remembers cannot be read ({e.Message.TrimEnd('.')}).", e);
        }
    }

    public Stream OpenRead(ModelHash hash)
    {
        try
        {
            return new FileStream(
                PathOf(hash), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16, useAsync: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelFileException($"{PathOf(hash)}: the model file cannot be read ({e.Message.TrimEnd('.')}).", e);
        }
    }

    public bool Contains(ModelHash hash) => File.Exists(PathOf(hash));

    /// <summary>Hashes of all models here, in ascending order; part files and strangers are left out.</summary>
    public IReadOnlyList<ModelHash> List() =>
        [.. System.IO.Directory.EnumerateFiles(Directory, "*" + ModelFile.Extension)
            .Select(path => (Known: ModelHash.TryParse(Path.GetFileNameWithoutExtension(path), out var hash), Hash: hash))
            .Where(file => file.Known)
            .Select(file => file.Hash)
            .OrderBy(hash => hash.ToString(), StringComparer.Ordinal)];

    public void Delete(ModelHash hash)
    {
        File.Delete(PathOf(hash));
        File.Delete(StatePathOf(hash));
    }

    private string StatePathOf(ModelHash hash) => Path.Combine(Directory, hash + ServerStateFile.Extension);

    /// <summary>Deletes what a process that died while writing has left; for the only process that writes here.</summary>
    /// <returns>Files deleted.</returns>
    public int DeleteParts()
    {
        var parts = System.IO.Directory.GetFiles(Directory, "*" + ModelFile.Extension + DurableFile.PartSuffix);
        foreach (var part in parts)
            File.Delete(part);
        return parts.Length;
    }
}
