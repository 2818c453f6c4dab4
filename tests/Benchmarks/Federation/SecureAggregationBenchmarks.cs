using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Cohort.Federation.SecureAggregation;
using Cohort.Messages;
using Google.Protobuf;

namespace Cohort.Benchmarks.Federation;

/// <summary>
/// What a secure sum costs a leader and a student, and the bytes that it moves: <c>secure-aggregation [students] [values] [dropouts]</c>.
/// </summary>
internal static class SecureAggregationBenchmarks
{
    private const double LeaderGoal = 5; // seconds
    private const double ExpansionGoal = 1.73; // Bonawitz et al. 2017, abstract

    public static int Run(string[] arguments)
    {
        var numbers = Array.ConvertAll(arguments, text => double.Parse(text, CultureInfo.InvariantCulture));
        var students = numbers is [var n, ..] ? (int)n : 500;
        var length = numbers is [_, var m, ..] ? (int)m : 100_000;
        var dropouts = numbers is [_, _, var share, ..] ? share : 0.3;
        Console.WriteLine(Machine.Description);
        Sum(students, length, dropouts);
        return Expansion(1 << 10, 1 << 20) <= ExpansionGoal ? 0 : 1;
    }

    /// <summary>A sum of 16-bit values, of which a share of the students drops out after sharing: the costliest moment for a leader.</summary>
    private static void Sum(int count, int length, double dropouts)
    {
        var session = new SecureSession("bench", 1, 0, 1, "leader");
        var setup = new SecureSetup(count, SecureSetup.ThresholdOf(count, 0.67), length, short.MaxValue);
        var staying = count - (int)(dropouts * count);
        Console.WriteLine(
            $"{count} students x {length} values of 16 bits, modulo 2^{setup.Bits}, threshold {setup.Threshold}; "
            + $"{count - staying} fall silent after they have shared");
        using var random = RandomNumberGenerator.Create();
        var student = new Clock();
        var leader = new Clock();
        var side = new SecureLeader(session, setup, [.. Enumerable.Range(0, count)]);
        SecureStudent[] students = [];
        student.Measure(() => students = [.. Enumerable.Range(0, count).Select(i => new SecureStudent(session, setup, i, random))]);
        Step("keys, each student", student, count);
        foreach (var each in students)
            leader.Measure(() => side.Add(each.Advertise()));
        KeyRoster? roster = null;
        leader.Measure(() => roster = side.CloseKeys());
        Step("keys, leader", leader);

        // In parallel on this machine; a student's own time is its share of the processors' time.
        var shares = new SealedShares[count];
        student.Measure(() => Parallel.For(0, count, i => shares[i] = students[i].Share(roster!)));
        Step("shares, each student", student, count);
        IReadOnlyDictionary<int, RelayedShares>? relayed = null;
        leader.Measure(() =>
        {
            Array.ForEach(shares, each => side.Add(each));
            relayed = side.CloseShares();
        });
        Step("shares, leader", leader);

        var plain = new long[length];
        var inputs = new MaskedInput[staying];
        var values = new int[staying][];
        for (var i = 0; i < staying; i++)
        {
            var draw = new Random(i);
            values[i] = [.. Enumerable.Range(0, length).Select(_ => draw.Next(-short.MaxValue, short.MaxValue + 1))];
            for (var j = 0; j < length; j++)
                plain[j] += values[i][j];
        }

        student.Measure(() => Parallel.For(0, staying, i => inputs[i] = students[i].Mask(relayed![i], values[i])));
        Step("masked input, each student", student, staying);
        Survivors? survivors = null;
        leader.Measure(() =>
        {
            Array.ForEach(inputs, side.Add);
            survivors = side.CloseInputs();
        });
        Step("masked inputs, leader", leader);
        student.Measure(() => Array.ForEach(students[..staying], each => side.Add(each.Unmask(survivors!))));
        Step("unmasking, each student", student, staying);

        long[] sum = [];
        leader.Measure(() => sum = side.Open());
        Step("taking the masks away, leader", leader);
        Console.WriteLine($"  the sum is {(sum.AsSpan().SequenceEqual(plain) ? "the plain one" : "WRONG")}");
        Console.WriteLine(new Measurement("leader, all four rounds", "s", [leader.Total], LeaderGoal, LessIsBetter: true));
        Array.ForEach(students, each => each.Dispose());
        side.Dispose();
    }

    /// <summary>
    /// What a student sends and receives in a secure sum, the model left out, by what its vector takes in 16 bits a value: the
    /// definition of the paper (section 7.1).
    /// </summary>
    private static double Expansion(int count, int length)
    {
        var setup = new SecureSetup(count, SecureSetup.ThresholdOf(count, 0.67), length, short.MaxValue);
        long keys = SecureSizes.BothKeys, roster = (long)count * SecureSizes.BothKeys;
        long shares = SecureSizes.Commitment + ((count - 1L) * SecureSizes.SealedShare), relayed = (count - 1L) * SecureSizes.SealedShare;
        long input = SecureSizes.Packed(length, setup.Bits), unmasking = (long)count * SecureSizes.Share;
        var total = keys + roster + shares + relayed + input + unmasking;
        var expansion = total / (2.0 * length);
        Console.WriteLine(
            $"{count} students x {length} values of 16 bits, modulo 2^{setup.Bits}, nobody drops out: a student moves "
            + $"{keys} + {roster} (keys) + {shares} + {relayed} (shares) + {input} (masked input) + {unmasking} (unmasking) = {total} bytes");
        Console.WriteLine(new Measurement("expansion over 16 bits a value", "", [expansion], ExpansionGoal, LessIsBetter: true));
        var bytes = Serialised(setup);
        Console.WriteLine($"  as serialised: {bytes} bytes");
        var serialised = bytes / (2.0 * length);
        Console.WriteLine(new Measurement("the same, messages as they are serialised", "", [serialised], ExpansionGoal, LessIsBetter: true));
        return Math.Max(expansion, serialised);
    }

    /// <summary>
    /// Bytes of all messages that one student sends and receives in a sum from which nobody drops out. What it sends until the masked
    /// input is real; what others have sealed for it, and the shares that it reveals, are random bytes of the same lengths.
    /// </summary>
    private static long Serialised(SecureSetup setup)
    {
        var key = new RoundKey { Run = "expansion-1", Round = 100, Attempt = 1, Epoch = 10, Sequence = 1000 };
        var leader = Guid.NewGuid().ToString("N");
        var session = new SecureSession(key.Run, key.Round, 1, 1, leader);
        using var random = RandomNumberGenerator.Create();
        int[] all = [.. Enumerable.Range(0, setup.Students)];
        var others = all[1..].Select(i => new SecureStudent(session, setup, i, random)).ToList();
        using var student = new SecureStudent(session, setup, 0, random);
        var advert = student.Advertise();
        var roster = new KeyRoster(
            all,
            [.. others.Select(other => other.Advertise()).Prepend(advert).SelectMany(each => each.MaskKey.Concat(each.ChannelKey))]);
        others.ForEach(other => other.Dispose());
        var shares = student.Share(roster);
        var relayed = new RelayedShares(all, RandomNumberGenerator.GetBytes((setup.Students - 1) * SecureSizes.SealedShare));
        var input = student.Mask(relayed, new int[setup.Length]);

        var begin = new AdvertiseKeys
        {
            Key = key,
            Group = 1,
            IntraRound = 1,
            Leader = leader,
            Student = 1,
            Students = setup.Students,
            Threshold = setup.Threshold,
            Values = setup.Length,
            Bound = setup.Bound,
            DeadlineMs = 600_000,
        };
        var keys = new KeysAdvertised
        {
            Key = key,
            Group = 1,
            IntraRound = 1,
            Leader = leader,
            Student = 1,
            Member = "node1",
            MaskKey = ByteString.CopyFrom(advert.MaskKey),
            ChannelKey = ByteString.CopyFrom(advert.ChannelKey),
        };
        var share = new ShareSeeds { Key = key, Group = 1, IntraRound = 1, Leader = leader, Keys = ByteString.CopyFrom(roster.Keys) };
        share.Students.AddRange(all);
        var shared = new SeedsShared
        {
            Key = key,
            Group = 1,
            IntraRound = 1,
            Leader = leader,
            Student = 1,
            SeedCommitment = ByteString.CopyFrom(shares.SeedCommitment),
            Sealed = ByteString.CopyFrom(shares.Sealed),
        };
        var train = new TrainStudent
        {
            Key = key,
            Group = 1,
            IntraRound = 1,
            Leader = leader,
            Student = 1,
            Model = new string('0', 64),
            Asking = 1,
            Secure = new SealedForStudent { Sealed = ByteString.CopyFrom(relayed.Sealed) },
        };
        train.Secure.Senders.AddRange(all);
        var masked = new PartialSum
        {
            Key = key,
            Group = 1,
            IntraRound = 1,
            Leader = leader,
            Weight = 1,
            Masked = ByteString.CopyFrom(input.Packed),
        };
        masked.Participants.Add(1);
        var reveal = new RevealShares { Key = key, Group = 1, IntraRound = 1, Leader = leader };
        reveal.Survivors.AddRange(all);
        var revealed = new SharesRevealed
        {
            Key = key,
            Group = 1,
            IntraRound = 1,
            Leader = leader,
            Student = 1,
            Shares = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(setup.Students * SecureSizes.Share)),
        };
        return new IMessage[] { begin, keys, share, shared, train, masked, reveal, revealed }.Sum(message => (long)message.ToByteArray().Length);
    }

    private static void Step(string what, Clock clock, int each = 1) => Console.WriteLine(
        $"  {what,-32} {1e3 * clock.Last / each,10:F2} ms, {1e3 * clock.Processor / each,10:F2} ms of processor");

    private sealed class Clock
    {
        public double Last { get; private set; }

        public double Processor { get; private set; }

        public double Total { get; private set; }

        public void Measure(Action action)
        {
            var before = Environment.CpuUsage.TotalTime;
            var watch = Stopwatch.StartNew();
            action();
            Last = watch.Elapsed.TotalSeconds;
            Processor = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
            Total += Last;
        }
    }
}
