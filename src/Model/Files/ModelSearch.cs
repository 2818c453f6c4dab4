namespace Cohort.Model.Files;

/// <summary>Models by the beginning of their hash, as people name them.</summary>
public static class ModelSearch
{
    /// <summary>The one model whose hash begins so.</summary>
    /// <exception cref="ModelFileException">No hash here begins so, or several do.</exception>
    public static ModelHash Find(this IModelStore store, string prefix)
    {
        var found = store.List().Where(h => h.ToString().StartsWith(prefix, StringComparison.OrdinalIgnoreCase)).ToList();
        return found.Count switch
        {
            1 => found[0],
            0 => throw new ModelFileException($"{store.Name}: no model's hash begins with \"{prefix}\"; pbm model list shows them."),
            _ => throw new ModelFileException($"{store.Name}: {found.Count} models' hashes begin with \"{prefix}\"; give more digits."),
        };
    }
}
