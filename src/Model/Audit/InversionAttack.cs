namespace Cohort.Model.Audit;

/// <summary>How a picture is got out of an update; on the command line <c>analytic | dlg | idlg | cosine</c>.</summary>
public enum InversionAttack
{
    /// <summary>Solved, not searched for: the first layer's weight and bias gradients show its input.</summary>
    Analytic,

    /// <summary>
    /// Deep leakage from gradients (Zhu et al. 2019): the squared distance of gradients, picture and label searched for
    /// together.
    /// </summary>
    Dlg,

    /// <summary>The same with the label read off the last layer (Zhao et al. 2020).</summary>
    Idlg,

    /// <summary>The angle between gradients, total variation, signed Adam (Geiping et al. 2020).</summary>
    Cosine,
}
