namespace Cohort.Model.Audit;

/// <summary>
/// What an audit found, for people (<see cref="Section"/>) and for programs. A report on a run embeds it; it holds no picture.
/// </summary>
/// <param name="Model">Hash of the model.</param>
/// <param name="Network">Its network.</param>
/// <param name="Plan">Name of the plan.</param>
/// <param name="Data">Name of the data set.</param>
/// <param name="Synthetic">Whether its samples are generated.</param>
/// <param name="Title">The section's heading.</param>
/// <param name="Section">Paragraphs of plain text.</param>
/// <param name="Inversion">What was seen of pictures; null if that was not asked.</param>
/// <param name="Membership">Whether training samples can be told; null if that was not asked.</param>
public sealed record AuditReport(
    string Model,
    string Network,
    string Plan,
    string Data,
    bool Synthetic,
    string Title,
    IReadOnlyList<string> Section,
    InversionFindings? Inversion,
    MembershipFindings? Membership);

/// <summary>What came of attacking single updates. All figures are over the same pictures.</summary>
/// <param name="Attack">How: analytic, dlg, idlg or cosine.</param>
/// <param name="Iterations">Steps of each search; 0 where it was solved.</param>
/// <param name="Restarts">Searches for each update.</param>
/// <param name="Setting">What was trained to make the updates.</param>
/// <param name="BlindPsnr">
/// Mean PSNR in dB of the mean of all test pictures, which is known without any update: a reconstruction that is not nearer
/// tells nothing.
/// </param>
/// <param name="Views">By view, in the order of protection.</param>
/// <param name="Pictures">By picture.</param>
public sealed record InversionFindings(
    string Attack,
    int Iterations,
    int Restarts,
    string Setting,
    double BlindPsnr,
    IReadOnlyList<ViewFindings> Views,
    IReadOnlyList<PictureFindings> Pictures);

/// <summary>What came of one way to see updates.</summary>
/// <param name="Name">A short name: "as it is".</param>
/// <param name="Sees">What the leader sees there.</param>
/// <param name="Planned">Whether the plan lets a leader see this; the others are for comparison.</param>
/// <param name="MeanPsnr">In dB, over all pictures.</param>
/// <param name="BestPsnr">In dB, the picture that was recovered best.</param>
/// <param name="MeanSsim">Structural similarity, 1 for equal (Wang et al. 2004, 11x11 Gaussian window); null for pictures too
/// small for it.</param>
/// <param name="Recovered">Pictures with <see cref="InversionAudit.RecoveredPsnr"/> or more.</param>
/// <param name="Labels">Pictures whose label was read.</param>
public sealed record ViewFindings(
    string Name, string Sees, bool Planned, double MeanPsnr, double BestPsnr, double? MeanSsim, int Recovered, int Labels);

/// <summary>One picture under all views.</summary>
/// <param name="Sample">Its index in the training set.</param>
/// <param name="Label">Its class.</param>
/// <param name="BlindPsnr">In dB, of the mean test picture.</param>
/// <param name="Psnr">In dB, by view; of a sum, against the picture of whoever in it resembles the reconstruction most.</param>
/// <param name="Ssim">By view; empty for pictures too small for it.</param>
public sealed record PictureFindings(
    int Sample, string Label, double BlindPsnr, IReadOnlyList<double> Psnr, IReadOnlyList<double> Ssim);

/// <summary>Whether what a model was trained on can be told from what it was not.</summary>
/// <param name="AccountedEpsilon">What the model's file says was spent; null if nothing was accounted.</param>
/// <param name="Delta">Of the guarantee that is tested.</param>
/// <param name="Confidence">Of every lower bound.</param>
/// <param name="Violation">A lower bound is above the accounted epsilon: the protection or its accounting is broken.</param>
/// <param name="Attacks">By attack.</param>
public sealed record MembershipFindings(
    double? AccountedEpsilon, double Delta, double Confidence, bool Violation, IReadOnlyList<MembershipAttack> Attacks);

/// <summary>What one membership attack reached.</summary>
/// <param name="Name">"loss" (Yeom et al. 2018), "likelihood ratio" (Carlini et al. 2022), or "student's loss".</param>
/// <param name="Unit">Whose membership: "sample" or "student".</param>
/// <param name="Members">How many were in training.</param>
/// <param name="Others">How many were not.</param>
/// <param name="Area">Area under the curve; 0.5 is a coin.</param>
/// <param name="TruePositivesAtTenth">TPR where FPR is 0.1 %.</param>
/// <param name="TruePositivesAtOne">TPR where FPR is 1 %.</param>
/// <param name="EpsilonLowerBound">Epsilon is at least this, with the confidence.</param>
/// <param name="Curve">[FPR, TPR] from (0, 0) to (1, 1).</param>
public sealed record MembershipAttack(
    string Name,
    string Unit,
    int Members,
    int Others,
    double Area,
    double TruePositivesAtTenth,
    double TruePositivesAtOne,
    double EpsilonLowerBound,
    IReadOnlyList<double[]> Curve);
