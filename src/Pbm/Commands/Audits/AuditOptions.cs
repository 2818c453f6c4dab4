using System.CommandLine;

namespace Cohort.Pbm.Commands;

/// <summary>Options that both audits share.</summary>
internal static class AuditOptions
{
    public static Option<string?> Plan() => new("--plan")
    {
        Description = "The plan that trained the model. Default: that of the run that made it, as the ledger has it.",
        HelpName = "PLAN",
    };

    public static Option<string?> Data()
    {
        var data = CommonOptions.Data();
        data.Description = "The data that the model was trained on: a path as for pbm run --data, or the name of an imported set. "
            + "Default: that of the run, or the plan's.";
        return data;
    }

    public static Option<long> Seed() => new("--seed")
    {
        Description = "Decides which pictures are chosen, where searches begin, and the noise.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };

    public static Option<int> Whole(string name, int usual, int least, int most, string description)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, out var value) && (value < least || value > most))
            {
                result.AddError($"{name} is {value}; give a number from {least} to {most}.");
            }
        });
        return option;
    }
}
