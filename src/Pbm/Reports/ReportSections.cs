using Cohort.Pbm.Reports.Sections;

namespace Cohort.Pbm.Reports;

/// <summary>The chapters of a report, in their order.</summary>
internal static class ReportSections
{
    public static IReadOnlyList<IReportSection> All { get; } =
    [
        new SummarySection(),
        new LearningSection(),
        new ClassesSection(),
        new ConfusionSection(),
        new CalibrationSection(),
        new BiasSection(),
        new StudentsSection(),
        new GroupsSection(),
        new PrivacySection(),
        new AuditsSection(),
        new SamplesSection(),
        new ReproductionSection(),
    ];

    /// <summary>The chapters that have something to say, with their parts.</summary>
    public static IReadOnlyList<(IReportSection Section, IReadOnlyList<IReportPart> Parts)> Of(RunReport report)
        => [.. All.Select(section => (section, (IReadOnlyList<IReportPart>)[.. section.PartsOf(report)])).Where(each => each.Item2.Count > 0)];
}
