using Cohort.Model.Training;

namespace Cohort.Pbm.Commands;

/// <summary>The models that students have of their own by what they remember of a run, such as fedPer's last layers.</summary>
internal static class RememberedModels
{
    /// <summary>What each of some students had when the model was made; null where the algorithm gives students no model of their own.</summary>
    /// <param name="model">The global model, and its run.</param>
    /// <param name="students">Whose.</param>
    /// <param name="home">Ledger and models.</param>
    /// <exception cref="CommandException">The run is not known.</exception>
    /// <exception cref="Model.Files.ModelFileException">What a student remembered then is not kept any more, or damaged.</exception>
    public static Func<int, float[]>? Of(TrainedModel model, IReadOnlyList<int> students, Home home)
    {
        if (!model.HasOwnModels)
        {
            return null;
        }

        var (algorithm, file) = (model.Plan.Training.Algorithm, model.Model.File);
        var run = model.Run ?? throw new CommandException(
            $"By {algorithm.Name} students have models of their own, which lie with their run's models; leave --plan out, or name the run with --run.");
        var last = new Dictionary<int, int>();
        using (var ledger = home.ReadLedger())
        {
            var wanted = students.ToHashSet();
            foreach (var round in ledger.Rounds(run.Id).Where(round => round.Round <= file.Round))
            {
                foreach (var student in round.Participants.Where(wanted.Contains))
                {
                    last[student] = round.Round;
                }
            }
        }

        var (layout, store) = (MemoryLayout.Of(model.Plan, model.Network), home.ReadModels().Memories);
        var memories = last.GroupBy(student => student.Value, student => student.Key)
            .SelectMany(together => store.Load(run.Id, together.Key, [.. together]))
            .ToDictionary(student => student.Key, student => layout.Read(student.Value).Algorithm);
        return student => algorithm.Kind.OwnModel(file.Parameters, memories.GetValueOrDefault(student))!; // who was never asked has the global one
    }
}
