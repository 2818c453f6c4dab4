using System.Reflection;

namespace Cohort.Federation;

/// <summary>
/// All kinds of a choice: the classes that implement it, here and in loaded assemblies that refer to this one. Writing such a class
/// is all it takes to have it in plans.
/// </summary>
public static class Catalogue
{
    /// <summary>All kinds, in the order of their names.</summary>
    /// <exception cref="InvalidOperationException">Two have one name, or give one parameter two meanings.</exception>
    public static IReadOnlyList<T> Of<T>()
        where T : class, IChoice
        => Kinds<T>.All.Value;

    /// <summary>The parameters of all kinds, each once, in the order of their names.</summary>
    public static IReadOnlyList<Hyperparameter> HyperparametersOf<T>()
        where T : class, IChoice
        => [.. Of<T>().SelectMany(kind => kind.Hyperparameters).Distinct().OrderBy(parameter => parameter.Name, StringComparer.Ordinal)];

    private static class Kinds<T>
        where T : class, IChoice
    {
        public static readonly Lazy<IReadOnlyList<T>> All = new(Find);

        private static List<T> Find()
        {
            List<T> kinds =
            [
                .. Assemblies.SelectMany(assembly => assembly.GetTypes())
                    .Where(type => type is { IsAbstract: false, ContainsGenericParameters: false } && type.IsAssignableTo(typeof(T)))
                    .Select(type => (T)Activator.CreateInstance(type)!)
                    .OrderBy(kind => kind.Name, StringComparer.Ordinal),
            ];
            RequireOnce(kinds.Select(kind => kind.Name));
            RequireOnce(kinds.SelectMany(kind => kind.Hyperparameters).Distinct().Select(parameter => parameter.Name));
            return kinds;
        }

        private static void RequireOnce(IEnumerable<string> names)
        {
            if (names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
                throw new InvalidOperationException(
                    $"Two things of the catalogue of {typeof(T).Name} are called \"{twice.Key}\"; give one of them another name.");
        }
    }

    private static IEnumerable<Assembly> Assemblies
    {
        get
        {
            var ours = typeof(Catalogue).Assembly;
            var name = ours.GetName().Name;
            return AppDomain.CurrentDomain.GetAssemblies().Where(assembly => assembly == ours
                || assembly.GetReferencedAssemblies().Any(referred => string.Equals(referred.Name, name, StringComparison.Ordinal)));
        }
    }
}
