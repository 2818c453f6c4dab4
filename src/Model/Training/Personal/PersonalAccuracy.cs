namespace Cohort.Model.Training.Personal;

/// <summary>How well the global model and a student's own do on the samples that the student kept from training.</summary>
/// <param name="Student">The student's index.</param>
/// <param name="Trained">Samples that it trained on.</param>
/// <param name="HeldOut">Samples that it kept, at least 1.</param>
/// <param name="GlobalCorrect">Of those, how many the global model names right.</param>
/// <param name="PersonalCorrect">And how many the student's own.</param>
public sealed record PersonalAccuracy(int Student, int Trained, int HeldOut, int GlobalCorrect, int PersonalCorrect)
{
    /// <summary>Share of the kept samples that the global model names right.</summary>
    public double Global => (double)GlobalCorrect / HeldOut;

    /// <summary>Share of the kept samples that the student's own model names right.</summary>
    public double Personal => (double)PersonalCorrect / HeldOut;
}
