using System.Runtime.InteropServices;

namespace Cohort.Torch;

/// <summary>
/// A number beside a tensor in an operation. It keeps whether it was whole, because adding 1.5 makes an integer tensor
/// floating point and adding 1 does not.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct Scalar
{
    private readonly long _bits;
    private readonly long _isFloating;

    private Scalar(long bits, bool isFloating)
    {
        _bits = bits;
        _isFloating = isFloating ? 1 : 0;
    }

    internal bool IsFloating => _isFloating != 0;

    public static implicit operator Scalar(int value) => new(value, isFloating: false);

    public static implicit operator Scalar(long value) => new(value, isFloating: false);

    public static implicit operator Scalar(float value) => new(BitConverter.DoubleToInt64Bits(value), isFloating: true);

    public static implicit operator Scalar(double value) => new(BitConverter.DoubleToInt64Bits(value), isFloating: true);
}
