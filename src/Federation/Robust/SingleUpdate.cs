namespace Cohort.Federation;

/// <summary>One student's update, by itself.</summary>
/// <param name="Student">Whose.</param>
/// <param name="Weight">What it weighs in a mean: samples, or 1 under a clipping bound.</param>
/// <param name="Values">Shape [d], in steps of the grid; not to be changed.</param>
public sealed record SingleUpdate(int Student, int Weight, int[] Values);
