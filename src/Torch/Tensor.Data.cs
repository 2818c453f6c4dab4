using Cohort.Torch.Utils;
using static Cohort.Torch.Native;

namespace Cohort.Torch;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The elements, without a copy: valid as long as the tensor is not freed.</summary>
        /// <exception cref="ArgumentException">T is not the type of the elements.</exception>
        /// <exception cref="InvalidOperationException">The tensor is not on the CPU.</exception>
        public TensorAccessor<T> data<T>() where T : unmanaged
        {
            RequireCpu();
            RequireElement<T>();
            return new TensorAccessor<T>(this);
        }

        /// <summary>The memory of a contiguous tensor on the CPU, without a copy: valid as long as the tensor is not
        /// freed.</summary>
        /// <exception cref="InvalidOperationException">The tensor is not contiguous or not on the CPU.</exception>
        public unsafe Span<byte> bytes
        {
            get
            {
                RequireCpu();
                if (!IsContiguous)
                    throw new InvalidOperationException(
                        "Only a contiguous tensor can be seen as bytes: call contiguous() first.");
                return new Span<byte>((void*)DataPointer, checked((int)(numel() * ElementSize)));
            }
            set
            {
                var target = bytes;
                if (value.Length != target.Length)
                    throw new ArgumentException($"The tensor has {target.Length} bytes and was given {value.Length}.");
                value.CopyTo(target);
            }
        }

        /// <summary>The value of a tensor with one element.</summary>
        /// <exception cref="ArgumentException">There is not exactly one element, or T is not its type.</exception>
        public unsafe T item<T>() where T : unmanaged
        {
            RequireElement<T>();
            RequireOneElement();
            if (device.type == DeviceType.CPU) return Read(*(T*)DataPointer);
            using var here = cpu();
            return *(T*)here.DataPointer;
        }

        /// <summary>The value of a tensor with one element of any type.</summary>
        public float ToSingle() => (float)ToDouble();

        /// <summary>The value of a tensor with one element of any type.</summary>
        public double ToDouble() => Item().Floating;

        /// <summary>The value of a tensor with one element of any type.</summary>
        public int ToInt32() => checked((int)Item().Integral);

        /// <summary>The value of a tensor with one element of any type.</summary>
        public bool ToBoolean() => ToDouble() != 0;

        internal unsafe nint DataPointer => Read((nint)cohort_data(Handle));

        private unsafe (double Floating, long Integral) Item()
        {
            RequireOneElement();
            double floating;
            long integral;
            Check(cohort_item(Handle, &floating, &integral));
            GC.KeepAlive(this);
            return (floating, integral);
        }

        private void RequireCpu()
        {
            if (device.type != DeviceType.CPU)
                throw new InvalidOperationException($"The tensor is on {device}: copy it with cpu() to read its elements.");
        }

        private void RequireOneElement()
        {
            if (numel() != 1)
                throw new ArgumentException($"A tensor of shape [{string.Join("x", shape)}] is no single value.");
        }

        private void RequireElement<T>()
        {
            if (ElementType<T>() != dtype)
                throw new ArgumentException($"The tensor's elements are {dtype} and were asked for as {typeof(T).Name}.");
        }
    }

    /// <summary>The element type that a C# type is.</summary>
    internal static ScalarType ElementType<T>() =>
        typeof(T) == typeof(float) ? ScalarType.Float32 : ElementType(typeof(T));

    internal static ScalarType ElementType(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Byte => ScalarType.Byte,
        TypeCode.SByte => ScalarType.Int8,
        TypeCode.Int16 => ScalarType.Int16,
        TypeCode.Int32 => ScalarType.Int32,
        TypeCode.Int64 => ScalarType.Int64,
        TypeCode.Single => ScalarType.Float32,
        TypeCode.Double => ScalarType.Float64,
        TypeCode.Boolean => ScalarType.Bool,
        _ => throw new NotSupportedException($"No tensor has elements of type {type.Name}."),
    };
}
