namespace Cohort.Federation;

/// <summary>A way to put students into groups; unless it says otherwise, their sizes are within one of each other.</summary>
public interface IGrouping
{
    /// <summary>The name by which a plan chooses it.</summary>
    string Name { get; }

    /// <summary>The group, from 0, of each student: a function of the students, the number of groups and the generator.</summary>
    /// <exception cref="ArgumentException">There is no group, or more groups than students.</exception>
    int[] Assign(StudentHistograms students, int groups, Random random);
}
