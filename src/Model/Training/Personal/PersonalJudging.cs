using Cohort.Model.Data;
using Cohort.Model.Networks;
using Cohort.Model.Plans;
using Cohort.Model.Randomness;
using Cohort.Model.Training.Algorithms;

namespace Cohort.Model.Training.Personal;

/// <summary>
/// Trains students' personal models by the plan's <c>personalisation.method</c>, and judges each on what its student kept from training.
/// A student's figures depend on nothing but the model, the plan and the data: not on who else is judged, nor on how many at a time.
/// </summary>
/// <param name="network">The network.</param>
/// <param name="encoding">From bytes to the network's input.</param>
/// <param name="plan">The plan; its seed keys all randomness.</param>
/// <param name="population">The plan's students.</param>
/// <param name="startOf">
/// The model that a student begins with, where it has one of its own already (<see cref="IClientAlgorithm.OwnModel"/>); asked by several threads. Null
/// where all begin with the global one.
/// </param>
public sealed class PersonalJudging(
    NetworkSpec network, IInputEncoding encoding, Plan plan, Population population, Func<int, float[]>? startOf = null)
{
    /// <summary>Some of the students that kept samples, drawn by the seed; all where they are no more than that. In ascending order.</summary>
    /// <param name="most">How many at most.</param>
    public IReadOnlyList<int> Draw(int most)
    {
        var able = Enumerable.Range(0, population.Students).Where(student => population.HeldOut.SizeOf(student) > 0).ToArray();
        if (able.Length <= most)
        {
            return able;
        }

        KeyedRandom.For((ulong)plan.Seed, Purpose.Judge).Permute(able.AsSpan());
        Array.Sort(able, 0, most);
        return able[..most];
    }

    /// <param name="model">float32 [parameters]: the global model.</param>
    /// <param name="round">The round that made it.</param>
    /// <param name="students">Whom to judge; each has kept samples.</param>
    /// <param name="slots">How many train at a time, each on one thread.</param>
    /// <param name="progress">Told how many students are done, by several threads.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>In the order of the students.</returns>
    /// <exception cref="TrainingException">A student's model cannot be trained; the message says whose.</exception>
    public IReadOnlyList<PersonalAccuracy> Judge(
        float[] model, int round, IReadOnlyList<int> students, int slots, Action<int>? progress = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(students);
        var judged = new PersonalAccuracy[students.Count];
        var failures = new TrainingException?[students.Count];
        var (next, done, failed) = (-1, 0, false);
        void Work(int slot)
        {
            using var trainer = new LocalTrainer(network, "cpu");
            for (var i = Interlocked.Increment(ref next); i < judged.Length; i = Interlocked.Increment(ref next))
            {
                stop.ThrowIfCancellationRequested();
                try
                {
                    judged[i] = Judge(trainer, model, round, students[i]);
                    progress?.Invoke(Interlocked.Increment(ref done));
                }
                catch (TrainingException failure)
                {
                    failures[i] = new($"student {students[i]} has no personal model: {failure.Message}");
                    Volatile.Write(ref failed, true);
                }

                if (Volatile.Read(ref failed))
                {
                    return;
                }
            }
        }

        var threads = Math.Clamp(students.Count, 1, slots);
        try
        {
            Parallel.For(0, threads, new() { MaxDegreeOfParallelism = threads }, Work);
        }
        catch (AggregateException several) when (several.InnerExceptions.All(each => each is OperationCanceledException))
        {
            stop.ThrowIfCancellationRequested();
        }

        // Students are taken in order, so that the first of all that fail is always among those that were begun.
        return Array.Find(failures, failure => failure is not null) is { } first ? throw first : judged;
    }

    private PersonalAccuracy Judge(LocalTrainer trainer, float[] model, int round, int student)
    {
        var method = plan.Personalisation.Method;
        var own = new OwnTraining(trainer, population, plan, encoding, student, round);
        var personal = method.Kind.Personalise(own, startOf?.Invoke(student) ?? model, method.Settings);

        var kept = new SampleSubset(population.Data.Train, population.HeldOut.SamplesOf(student).ToArray());
        using var evaluator = new Evaluator(network, kept, encoding, "cpu", threads: 1);
        return new(student, population.Partition.SizeOf(student), kept.Count, Correct(model), Correct(personal), OfCommonest(kept, student));

        int Correct(float[] parameters)
        {
            var confusion = evaluator.Evaluate(parameters).Confusion;
            return (int)Enumerable.Range(0, confusion.Classes).Sum(label => confusion[label, label]);
        }
    }

    private int OfCommonest(ISampleSet kept, int student)
    {
        var counts = new int[kept.Classes.Count];
        foreach (var sample in population.Partition.SamplesOf(student))
        {
            counts[population.Data.Train.LabelOf(sample)]++;
        }

        var commonest = counts.IndexOf(counts.Max()); // the first, of several
        return Enumerable.Range(0, kept.Count).Count(i => kept.LabelOf(i) == commonest);
    }
}
