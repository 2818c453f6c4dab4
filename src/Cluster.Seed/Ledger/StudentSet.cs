namespace Cohort.Seed.Ledger;

/// <summary>
/// Students as bytes: ascending, each as its distance from the one before, 7 bits a byte (LEB128). 100 of a million take
/// about 200 bytes, all of 1,000 take 1,000.
/// </summary>
public static class StudentSet
{
    /// <exception cref="ArgumentException">A student is negative or stands twice.</exception>
    public static byte[] Encode(IEnumerable<int> students)
    {
        var bytes = new List<byte>();
        var last = -1;
        foreach (var student in students.Order())
        {
            if (student <= last)
                throw new ArgumentException(student < 0 ? $"Student {student} is negative." : $"Student {student} stands twice.");
            var distance = (uint)(student - last - 1);
            for (; distance >= 0x80; distance >>= 7)
                bytes.Add((byte)(distance | 0x80));
            bytes.Add((byte)distance);
            last = student;
        }
        return [.. bytes];
    }

    /// <exception cref="FormatException">The bytes are none that <see cref="Encode"/> makes.</exception>
    public static IReadOnlyList<int> Decode(ReadOnlySpan<byte> bytes)
    {
        var students = new List<int>(bytes.Length);
        var last = -1L;
        while (!bytes.IsEmpty)
        {
            last += 1 + Distance(ref bytes);
            if (last > int.MaxValue)
                throw new FormatException($"Student {last} is above {int.MaxValue}.");
            students.Add((int)last);
        }
        return students;
    }

    private static long Distance(ref ReadOnlySpan<byte> bytes)
    {
        var value = 0L;
        for (var i = 0; i < 5 && i < bytes.Length; i++)
        {
            value |= (long)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return value;
            }
        }
        throw new FormatException("A list of students breaks off within a number.");
    }
}
