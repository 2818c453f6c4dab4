using System.Globalization;

namespace Cohort.Nodes.Actors;

/// <summary>The name of a model that a group has averaged for itself, between two intra-group rounds.</summary>
/// <param name="Start">The global model's hash.</param>
/// <param name="Group">The group.</param>
/// <param name="IntraRound">The intra-group round that made it.</param>
internal sealed record GroupModel(string Start, int Group, int IntraRound)
{
    /// <returns>Null if this is the name of a global model.</returns>
    public static GroupModel? Parse(string name)
        => name.Split('/') is [var start, var group, var intraRound]
            && int.TryParse(group, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && int.TryParse(intraRound, NumberStyles.None, CultureInfo.InvariantCulture, out var made)
                ? new(start, number, made)
                : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Start}/{Group}/{IntraRound}");
}
