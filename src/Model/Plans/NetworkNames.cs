namespace Cohort.Model.Plans;

/// <summary>The networks a plan can name.</summary>
public static class NetworkNames
{
    public const string Cnn4 = "cnn4";
    public const string Cnn6 = "cnn6";
    public const string Cnn4Wide = "cnn4-wide";
    public const string Cnn2Small = "cnn2-small";
    public const string Logistic = "logistic";
    public const string TwoNn = "2nn";
    public const string MnistCnn = "mnist-cnn";
    public const string TextBag = "text-bag";
    public const string TextCnn = "text-cnn";

    public static IReadOnlyList<string> All { get; } = [Cnn4, Cnn6, Cnn4Wide, Cnn2Small, Logistic, TwoNn, MnistCnn, TextBag, TextCnn];
}
