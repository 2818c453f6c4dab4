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
    /// <summary>Where a tensor's memory is: <c>cpu</c>, <c>cuda</c> or <c>cuda:n</c>.</summary>
    public sealed class Device
    {
        internal Device(DeviceType type, int index = -1) => (this.type, this.index) = (type, index);

        /// <param name="description"><c>cpu</c>, <c>cuda</c> or <c>cuda:n</c>.</param>
        public Device(string description)
        {
            var (name, ordinal) = description.Split(':') switch
            {
                [var only] => (only, -1),
                [var first, var second] when int.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out var n) =>
                    (first, n),
                _ => ("", -1),
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

        /// <summary>The ordinal of a CUDA device; -1 for the CPU and for the CUDA device that is current.</summary>
        public int index { get; }

        public override string ToString() => type == DeviceType.CPU ? "cpu" : index < 0 ? "cuda" : $"cuda:{index}";
    }

    public static Device CPU { get; } = new(DeviceType.CPU);

    /// <param name="description"><c>cpu</c>, <c>cuda</c> or <c>cuda:n</c>.</param>
    public static Device device(string description) => new(description);
}
