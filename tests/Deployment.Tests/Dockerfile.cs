namespace Cohort.Deployment.Tests;

/// <summary>deploy/Dockerfile as a list of stages, each a list of instructions.</summary>
internal sealed record Dockerfile(IReadOnlyList<Stage> Stages)
{
    public Stage this[string name] => Stages.Single(stage => string.Equals(stage.Name, name, StringComparison.Ordinal));

    public static Dockerfile Read(string path)
    {
        var stages = new List<Stage>();
        var lines = File.ReadAllText(Checkout.PathOf(path)).Replace("\\\n", " ", StringComparison.Ordinal).Split('\n')
            .Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#');
        foreach (var line in lines)
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words[0] is "FROM")
                stages.Add(new Stage(words[^1], words[1], []));
            else if (stages.Count > 0)
                stages[^1].Instructions.Add(new Instruction(words[0], words[1..]));
        }

        return new Dockerfile(stages);
    }

    /// <summary>The instructions of a stage and of those it is built on, in the order in which they run.</summary>
    public IEnumerable<Instruction> InstructionsOf(string stage) =>
        Stages.Any(one => string.Equals(one.Name, this[stage].From, StringComparison.Ordinal))
            ? InstructionsOf(this[stage].From).Concat(this[stage].Instructions)
            : this[stage].Instructions;
}

/// <summary>From one FROM to the next.</summary>
internal sealed record Stage(string Name, string From, List<Instruction> Instructions);

/// <summary>COPY, RUN and the like, with the words behind it.</summary>
internal sealed record Instruction(string Name, IReadOnlyList<string> Words)
{
    /// <summary>The stage or context a COPY takes from; null for the checkout.</summary>
    public string? CopiesFrom => Words.FirstOrDefault(word => word.StartsWith("--from=", StringComparison.Ordinal))?[7..];

    public IEnumerable<string> Sources => Words.Where(word => !word.StartsWith("--", StringComparison.Ordinal)).SkipLast(1);

    public string Destination => Words[^1];
}
