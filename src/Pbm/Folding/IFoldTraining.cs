using Cohort.Model.Data;
using Cohort.Model.Files;

namespace Cohort.Pbm.Folding;

/// <summary>How the model of one fold is made: from its samples alone, and the same however often it is interrupted.</summary>
internal interface IFoldTraining
{
    /// <summary>What people call it: "federated".</summary>
    string Name { get; }

    /// <summary>Trains, or goes on where an earlier call was interrupted.</summary>
    /// <param name="fold">What it is trained on; its test half is what the model is judged by.</param>
    /// <param name="place">A path that is this fold's own, to keep what an interrupted training needs.</param>
    /// <param name="stop">Asks for an end as soon as everything is on disk.</param>
    /// <returns>The model; null where it was asked to stop before.</returns>
    Task<ModelFile?> Train(DataSet fold, string place, CancellationToken stop);

    /// <summary>Forgets what was only kept against interruptions.</summary>
    /// <param name="place">As for <see cref="Train"/>.</param>
    void Forget(string place);
}
