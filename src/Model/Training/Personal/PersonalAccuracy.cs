namespace Cohort.Model.Training.Personal;

/// <summary>How well the global model and a student's own do on the samples that the student kept from training.</summary>
/// <param name="Student">The student's index.</param>
/// <param name="Trained">Samples that it trained on.</param>
/// <param name="HeldOut">Samples that it kept, at least 1.</param>
/// <param name="GlobalCorrect">Of those, how many the global model names right.</param>
/// <param name="PersonalCorrect">And how many the student's own.</param>
/// <param name="CommonestCorrect">And how many are of the class that most of the samples have that it trained on: what needs no network.</param>
public sealed record PersonalAccuracy(int Student, int Trained, int HeldOut, int GlobalCorrect, int PersonalCorrect, int CommonestCorrect)
{
    /// <summary>Share of the kept samples that the global model names right.</summary>
    public double Global => (double)GlobalCorrect / HeldOut;

    /// <summary>Share of the kept samples that the student's own model names right.</summary>
    public double Personal => (double)PersonalCorrect / HeldOut;

    /// <summary>Share of the kept samples that are of the student's commonest class.</summary>
    public double Commonest => (double)CommonestCorrect / HeldOut;
}
