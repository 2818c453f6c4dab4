using System.CommandLine;
using Cohort.Model.Evaluation;
using Cohort.Pbm.Printing;

namespace Cohort.Pbm.Commands;

/// <summary>Options of commands that measure models on test samples.</summary>
internal static class EvaluationOptions
{
    private const int MostResamples = 100_000;

    public static Option<string?> Data()
    {
        var data = CommonOptions.Data();
        data.Description = "Test samples: a path as for pbm run --data, or the name of an imported set. "
            + "Default: those of the run that made the model.";
        return data;
    }

    public static Option<int> Resamples()
    {
        var resamples = new Option<int>("--resamples")
        {
            Description = "How often the test samples are drawn again, to say how sure the figures are; 0 for no intervals.",
            DefaultValueFactory = _ => BootstrapIntervals.DefaultResamples,
            HelpName = "B",
        };
        resamples.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<int>() is < 0 or > MostResamples)
            {
                given.AddError($"--resamples takes 0 to {Figures.Count(MostResamples)}.");
            }
        });
        return resamples;
    }
}
