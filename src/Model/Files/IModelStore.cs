namespace Cohort.Model.Files;

/// <summary>Models by their hash. What <see cref="Save"/> stored is safe when it returns, also if the power fails.</summary>
public interface IModelStore
{
    /// <summary>What errors call it: its folder, or its database.</summary>
    string Name { get; }

    /// <summary>Stores the model; one that is there already stays as it is.</summary>
    /// <exception cref="StorageException">It could not be stored; nothing half-written is left.</exception>
    ModelHash Save(ModelFile model);

    /// <exception cref="ModelFileException">There is no such model, or its bytes do not have its hash.</exception>
    ModelFile Load(ModelHash hash);

    /// <summary>The bytes of the model's file, which can be read from anywhere in it; for one reader at a time.</summary>
    /// <exception cref="ModelFileException">There is no such model.</exception>
    Stream OpenRead(ModelHash hash);

    bool Contains(ModelHash hash);

    /// <summary>Hashes of all models here, in ascending order.</summary>
    IReadOnlyList<ModelHash> List();

    /// <summary>Deletes the model, if it is there.</summary>
    void Delete(ModelHash hash);
}
