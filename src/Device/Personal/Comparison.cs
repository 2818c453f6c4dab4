namespace Cohort.Device.Personal;

/// <summary>The global model and a student's own on the samples that the student has answered and never trains on.</summary>
/// <param name="Trained">Samples that the own model was trained on.</param>
/// <param name="HeldOut">Samples both were judged by.</param>
/// <param name="GlobalCorrect">Of those, how many the global model names as the student does.</param>
/// <param name="PersonalCorrect">And how many the student's own.</param>
/// <param name="OnlyGlobal">Of those, how many the global model alone does.</param>
/// <param name="OnlyPersonal">And how many the own model alone.</param>
public sealed record Comparison(int Trained, int HeldOut, int GlobalCorrect, int PersonalCorrect, int OnlyGlobal, int OnlyPersonal)
{
    /// <summary>With fewer samples on which the models differ even the clearest result has p above 0.05: 2 / 2^5 = 0.0625.</summary>
    public const int LeastToTell = 6;

    /// <summary>
    /// p of McNemar's exact test, two-sided: how likely a difference so large would be if each of the samples on which just one model is
    /// right were as likely for either (McNemar 1947; as a sign test, Dietterich 1998 recommends it for two models on one test set).
    /// </summary>
    public double PValue
    {
        get
        {
            var (differing, fewer) = (OnlyGlobal + OnlyPersonal, Math.Min(OnlyGlobal, OnlyPersonal));
            var (term, sum) = (Math.Pow(2, -differing), 0.0);
            for (var k = 0; k <= fewer; k++)
            {
                sum += term;
                term *= (double)(differing - k) / (k + 1);
            }

            return Math.Min(1, 2 * sum);
        }
    }

    /// <summary>True if so few samples cannot tell the models apart, whatever they answer.</summary>
    public bool IsTooFew => HeldOut < LeastToTell;

    /// <summary>True if the own model is to be used: it names more samples right, of enough.</summary>
    public bool IsBetter => !IsTooFew && PersonalCorrect > GlobalCorrect;
}
