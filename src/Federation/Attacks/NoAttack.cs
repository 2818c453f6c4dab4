namespace Cohort.Federation;

/// <summary>All students are honest.</summary>
public sealed class NoAttack : IAttack
{
    public string Name => "none";

    public string Meaning => "all students are honest";
}
