using Cohort.Federation;

namespace Cohort.Model.Training.Personal;

/// <summary>Everybody uses the global model as it is: what the others are compared with.</summary>
public sealed class NoPersonalisation : IPersonalisation
{
    public string Name => "none";

    public string Meaning => "everybody uses the global model";

    public float[] Personalise(OwnTraining student, float[] global, Settings settings) => global;
}
