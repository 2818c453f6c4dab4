using System.Reflection;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Cohort.Messages.Tests;

/// <summary>docs/design.md, Data stays: no message type can carry a sample.</summary>
public class NoSampleTests
{
    /// <summary>
    /// Every field that could hold more than a name or a number, and why it cannot hold a picture or a text of a student.
    /// </summary>
    private static readonly Dictionary<string, string> Reviewed = new(StringComparer.Ordinal)
    {
        ["cohort.ModelVersion.parameters"]
            = "float32 parameters, read with the network's exact length; flows from coordinator to nodes",
        ["cohort.ModelVersion.control"]
            = "float32, as many as parameters; must have the hash that the header says; flows from coordinator to nodes",
        ["cohort.TrainGroup.starts"] = "names of models, flows to nodes",
        ["cohort.TrainGroup.staleness"] = "one number a student, flows to nodes",
        ["cohort.TrainGroup.remembering"] = "student numbers, flows to nodes",
        ["cohort.TrainGroup.memories"] = "what students remember, of exactly the length that the plan's algorithm asks for; flows to nodes",
        ["cohort.TrainStudent.memory"] = "one student's of TrainGroup.memories",
        ["cohort.RollCall.plan_json"] = "the plan, flows to devices",
        ["cohort.SampleFormat.classes"] = "the names of the plan's classes, flow to nodes and devices",
        ["cohort.ResidentsPresent.residents"] = "a name, two numbers and one count a class for each student of a device",
        ["cohort.ResidentsPresent.absences"] = "a name and one reason for each",
        ["cohort.ResidentStudent.name"] = "the student's name; refused unless it is one of at most 100 letters, digits, '-', '_' and '.'",
        ["cohort.ResidentStudent.labels"] = "one count a class, refused if there are more or fewer, or one is below 0; under noise where the plan says so",
        ["cohort.ResidentAbsence.name"] = "the student's name, as ResidentStudent.name",
        ["cohort.ResidentAbsence.reason"] = "a sentence of our own code, which names nothing that a student has; cut as StudentFailure.reason is",
        ["cohort.ResidentRoster.labels"] = "counts of all students together, flow to nodes and devices",
        ["cohort.ResidentRoster.residents"] = "names, versions and sizes, flow to nodes",
        ["cohort.PartialSum.sum"] = "int64 sum on the grid, and what participants remember, which follows from updates; of exactly the length that network, "
            + "plan and participants ask for",
        ["cohort.PartialSum.masked"] = "a sum modulo 2^w, of exactly the bits that the network's length asks for",
        ["cohort.KeysAdvertised.mask_key"] = "33 bytes, a point of the curve P-256",
        ["cohort.KeysAdvertised.channel_key"] = "33 bytes, a point of the curve P-256",
        ["cohort.ShareSeeds.students"] = "student numbers, flows to nodes",
        ["cohort.ShareSeeds.keys"] = "66 bytes for each student, points of the curve P-256",
        ["cohort.SeedsShared.seed_commitment"] = "32 bytes, a hash",
        ["cohort.SeedsShared.sealed"] = "48 bytes for each other student, sealed; opened, they are two shares of 16 random bytes",
        ["cohort.SealedForStudent.senders"] = "student numbers, flows to nodes",
        ["cohort.SealedForStudent.sealed"] = "48 bytes from each other student, as SeedsShared.sealed",
        ["cohort.RevealShares.survivors"] = "student numbers, flows to nodes",
        ["cohort.SharesRevealed.shares"] = "16 bytes for each student, shares of random bytes",
        ["cohort.SharesRevealed.refused"] = "student numbers, each checked against those that have shared",
        ["cohort.SumRefused.reason"] = "a sentence of our own code, cut as StudentFailure.reason is",
        ["cohort.GroupUpdate.no_sum"] = "a sentence of our own code, cut as StudentFailure.reason is",
        ["cohort.GroupUpdate.sum"] = "as PartialSum.sum",
        ["cohort.TrainGroup.students"] = "student numbers, flows to nodes",
        ["cohort.ModelVersion.header"] = "the model file's header; with the parameters it must have the model's hash",
        ["cohort.PartialSum.participants"] = "student numbers, each checked against those asked",
        ["cohort.PartialSum.failures"] = "one reason per student",
        ["cohort.GroupUpdate.participants"] = "student numbers",
        ["cohort.GroupUpdate.failures"] = "one reason per student",
        ["cohort.GroupUpdate.missing"] = "student numbers",
        ["cohort.StudentFailure.reason"]
            = "a sentence of our own code; cut at Sentence.Longest characters",
        ["cohort.RunDefinition.data"] = "a path or a name, flows to nodes",
        ["cohort.RunDefinition.noise_secret"] = "32 bytes from the ledger, flows to nodes",
        ["cohort.RunDefinition.plan_json"] = "the plan, flows to nodes",
        ["cohort.StartTraining.plan_json"] = "the plan, from a researcher; parsed as a plan before anything else sees it",
        ["cohort.StartTraining.data"] = "a name in the data folder, from a researcher",
        ["cohort.StartTraining.from"] = "a hash, from a researcher; looked up among the models",
        ["cohort.KeepSchedule.name"] = "a schedule's name of at most 64 letters and digits, from a researcher",
        ["cohort.KeepSchedule.plan_json"] = "as StartTraining.plan_json",
        ["cohort.KeepSchedule.data"] = "as StartTraining.data",
        ["cohort.KeepSchedule.recurrence"] = "a length of time or a cron expression, from a researcher; parsed before anything else sees it",
        ["cohort.KeepSchedule.from"] = "as StartTraining.from",
        ["cohort.ChangeSchedule.name"] = "as KeepSchedule.name; looked up among the schedules",
        ["cohort.RollBack.name"] = "as KeepSchedule.name; looked up among the schedules",
        ["cohort.ScheduleChanged.name"] = "as KeepSchedule.name, flows to a researcher",
        ["cohort.TrainingRefused.reason"] = "a sentence of our own code, flows to a researcher",
        ["cohort.RunProgress.phase"] = "one of five words",
        ["cohort.RoundReplayed.recorded"] = "a hash, flows to a researcher",
        ["cohort.RoundReplayed.again"] = "a hash, flows to a researcher",
        ["cohort.RunStep.reason"] = "a sentence of our own code, flows to those who watch a run",
        ["cohort.MemberLogged.level"] = "one of six words",
        ["cohort.MemberLogged.category"] = "a name of a part of the program",
        ["cohort.MemberLogged.message"] = "a sentence of our own code, cut as StudentFailure.reason is",
        ["cohort.Envelope.message"] = "one of the messages reviewed here; decoders take no other type",
        ["cohort.AskFailed.reason"] = "a sentence of our own code, cut as StudentFailure.reason is",
    };

    /// <summary>Texts that name something; bounded by what they are looked up in.</summary>
    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        "run", "model", "data_digest", "leader", "member", "incarnation", "entity", "type", "trace", "role",
    };

    public static TheoryData<string> AllMessages => [.. Messages().Select(message => message.FullName)];

    [Theory]
    [MemberData(nameof(AllMessages))]
    public void No_message_has_a_field_that_could_carry_a_sample_unless_it_was_reviewed(string name)
    {
        var message = Messages().Single(m => string.Equals(m.FullName, name, StringComparison.Ordinal));
        foreach (var field in message.Fields.InFieldNumberOrder())
        {
            if (CouldCarrySample(field))
            {
                Reviewed.ShouldContainKey(
                    field.FullName,
                    $"{field.FullName} is {field.FieldType}: could a student's picture or text travel in it?");
            }
        }
    }

    [Fact]
    public void The_review_names_no_field_that_is_gone()
    {
        var fields = Messages()
            .SelectMany(message => message.Fields.InFieldNumberOrder())
            .Select(field => field.FullName)
            .ToHashSet(StringComparer.Ordinal);
        Reviewed.Keys.Where(reviewed => !fields.Contains(reviewed)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_message_sent_between_actors_of_the_mission_is_in_this_review()
        => Messages().Count().ShouldBeGreaterThan(8);

    private static bool CouldCarrySample(FieldDescriptor field)
        => field.IsRepeated
            || field.IsMap
            || field.FieldType == FieldType.Bytes
            || (field.FieldType == FieldType.String && !Names.Contains(field.Name));

    private static IEnumerable<MessageDescriptor> Messages()
        => typeof(ModelVersion).Assembly.GetTypes()
            .Where(type => typeof(IMessage).IsAssignableFrom(type) && !type.IsAbstract)
            .Select(type => (MessageDescriptor)type
                .GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)!.GetValue(obj: null)!);
}
