namespace Cohort.Federation;

/// <summary>
/// Whose updates a server averages where students train at their own pace: buffered asynchronous aggregation (Nguyen et al. 2022,
/// "Federated Learning with Buffered Asynchronous Aggregation", Algorithm 1), in virtual time. M students train at any time, each from the
/// model that was the newest when it began. Who is done goes into the buffer, and another begins; K updates in the buffer make the server's
/// next model. How long a training takes is half-normally distributed with mean 1, each time anew. All of it follows from the
/// generator, and nothing from how fast anybody really trains.
/// </summary>
public sealed class BufferedSchedule
{
    /// <summary>The mean of |N(0, 1)| is sqrt(2 / pi).</summary>
    private const double Scale = 1.2533141373155003;

    private readonly int _students;
    private readonly int _buffer;
    private readonly Random _random;
    private readonly PriorityQueue<Arrival, (double Done, int Student)> _training = new();
    private readonly HashSet<int> _busy = [];

    /// <param name="students">All there are.</param>
    /// <param name="concurrency">M: how many train at a time.</param>
    /// <param name="buffer">K: how many updates make a step. M + K may not exceed the students, as nobody is in a step twice.</param>
    /// <param name="random">Nothing else may draw from it.</param>
    public BufferedSchedule(int students, int concurrency, int buffer, Random random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(concurrency, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(buffer, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(students - buffer, concurrency, nameof(students));
        ArgumentNullException.ThrowIfNull(random);
        (_students, _buffer, _random) = (students, buffer, random);
        for (var student = 0; student < concurrency; student++)
            Begin();
    }

    /// <summary>How many steps the server has made.</summary>
    public int Steps { get; private set; }

    /// <summary>When it made the last one; the mean training takes 1.</summary>
    public double Clock { get; private set; }

    /// <summary>The earliest model that anybody of the last step, or of those who train, began with.</summary>
    public int Oldest { get; private set; }

    /// <summary>The server's next step.</summary>
    /// <returns>K students, each once, in ascending order.</returns>
    public IReadOnlyList<Arrival> Next()
    {
        var arrived = new List<Arrival>(_buffer);
        while (arrived.Count < _buffer)
        {
            _training.TryDequeue(out var arrival, out var done);
            arrived.Add(arrival);
            Clock = done.Done;
            if (arrived.Count < _buffer)
                Begin();
        }

        Oldest = arrived.Concat(_training.UnorderedItems.Select(item => item.Element)).Min(arrival => arrival.Start);
        Steps++;
        arrived.ForEach(arrival => _busy.Remove(arrival.Student));
        Begin(); // the last to arrive finds the next model
        return [.. arrived.OrderBy(arrival => arrival.Student)];
    }

    /// <summary>Somebody who neither trains nor waits in the buffer begins at the newest model.</summary>
    private void Begin()
    {
        int student;
        do
        {
            student = _random.Next(_students);
        }
        while (!_busy.Add(student));
        _training.Enqueue(new(student, Steps), (Clock + Duration(), student));
    }

    /// <summary>|N(0, 1)| by the polar method (Marsaglia and Bray 1964), of operations that are the same on every machine.</summary>
    private double Duration()
    {
        double u, s;
        do
        {
            u = (2 * _random.NextDouble()) - 1;
            var v = (2 * _random.NextDouble()) - 1;
            s = (u * u) + (v * v);
        }
        while (s is >= 1 or < 1e-300);
        return Scale * Math.Abs(u) * Math.Sqrt(-2 * PortableMath.Log(s) / s);
    }
}

/// <summary>A student whose update is in the buffer.</summary>
/// <param name="Student">Its number.</param>
/// <param name="Start">How many steps the server had made when it began: the model that it trained from.</param>
public readonly record struct Arrival(int Student, int Start);
