using Cohort.Federation;

namespace Cohort.Model.Files;

/// <summary>Models by their hash. What <see cref="Save"/> stored is safe when it returns, also if the power fails.</summary>
public interface IModelStore
{
    /// <summary>What errors call it: its folder, or its database.</summary>
    string Name { get; }

    /// <summary>What students remember, kept beside the models.</summary>
    IStudentMemoryStore Memories { get; }

    /// <summary>Stores the model, and before it what its header says of a server's state; what is there already stays as it is.</summary>
    /// <param name="model">The model.</param>
    /// <param name="state">Null for one without.</param>
    /// <exception cref="StorageException">It could not be stored; nothing half-written is left.</exception>
    ModelHash Save(ModelFile model, ServerState? state = null);

    /// <exception cref="ModelFileException">There is no such model, or its bytes do not have its hash.</exception>
    ModelFile Load(ModelHash hash);

    /// <summary>What the server's optimiser remembers after the round that made the model.</summary>
    /// <param name="model">A model of this store.</param>
    /// <param name="optimizer">Whose moments are expected.</param>
    /// <exception cref="ModelFileException">There is none, or it is damaged.</exception>
    ServerState LoadState(ModelFile model, Choice<IServerOptimizer> optimizer);

    /// <summary>The bytes of the model's file, which can be read from anywhere in it; for one reader at a time.</summary>
    /// <exception cref="ModelFileException">There is no such model.</exception>
    Stream OpenRead(ModelHash hash);

    bool Contains(ModelHash hash);

    /// <summary>Hashes of all models here, in ascending order.</summary>
    IReadOnlyList<ModelHash> List();

    /// <summary>Deletes the model, if it is there, and its server's state.</summary>
    void Delete(ModelHash hash);
}
