namespace Cohort.Federation;

/// <summary>
/// One of several kinds of something that a plan names by a word, such as a server optimiser. A kind is one class, with a constructor
/// without parameters and no state; it is in its <see cref="Catalogue"/>, and in every plan's schema, by being there.
/// </summary>
public interface IChoice
{
    /// <summary>Its word in a plan, in camelCase.</summary>
    string Name { get; }

    /// <summary>What it does, as a clause for a person who writes plans, with its paper: "the mean (McMahan et al. 2017)".</summary>
    string Meaning { get; }

    /// <summary>The numbers that a plan may give it, beside its word.</summary>
    IReadOnlyList<Hyperparameter> Hyperparameters => [];
}
