using System.Globalization;

namespace Cohort.Torch;

/// <summary>The kinds of device; the numbers are libtorch's own.</summary>
public enum DeviceType
{
    CPU = 0,
    CUDA = 1,
}

public static partial class torch
{
    /// <summary>Where a tensor's memory is: <c>cpu</c>, or <c>cuda:n</c>. Devices with the same type and index are
    /// equal.</summary>
    public sealed class Device : IEquatable<Device>
    {
        public Device(DeviceType type, int index = -1)
        {
            this.type = type;
            this.index = type == DeviceType.CPU ? -1 : Math.Max(index, 0);
        }

        /// <param name="description"><c>cpu</c>, <c>cuda</c> or <c>cuda:n</c>.</param>
        public Device(string description)
        {
            var (name, ordinal) = description.Split(':') switch
            {
                [var only] => (only, 0),
                [var first, var second] when int.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out var n) =>
                    (first, n),
                _ => ("", 0),
            };
            type = name switch
            {
                "cpu" => DeviceType.CPU,
                "cuda" => DeviceType.CUDA,
                _ => throw new ArgumentException($"'{description}' is no device: expected cpu, cuda or cuda:n."),
            };
            index = type == DeviceType.CPU ? -1 : ordinal;
        }

        public DeviceType type { get; }

        /// <summary>The ordinal of a CUDA device, and -1 for the CPU.</summary>
        public int index { get; }

        public bool Equals(Device? other) => other is not null && other.type == type && other.index == index;

        public override bool Equals(object? obj) => Equals(obj as Device);

        public override int GetHashCode() => HashCode.Combine(type, index);

        public override string ToString() => type == DeviceType.CPU ? "cpu" : $"cuda:{index}";
    }

    public static Device CPU { get; } = new(DeviceType.CPU);

    public static Device CUDA { get; } = new(DeviceType.CUDA, 0);

    /// <param name="description"><c>cpu</c>, <c>cuda</c> or <c>cuda:n</c>.</param>
    public static Device device(string description) => new(description);

    public static Device device(DeviceType type, int index = -1) => new(type, index);
}
