namespace Cohort.Model.Training.Algorithms;

/// <summary>ClientUpdate of McMahan et al. 2017, Algorithm 1.</summary>
public sealed class PlainTraining : IClientAlgorithm
{
    public string Name => "fedAvg";

    public string Meaning => "plain local training (McMahan et al. 2017)";
}
