using static Cohort.Torch.Native;

namespace Cohort.Torch;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The length of every dimension.</summary>
        public unsafe long[] shape
        {
            get
            {
                var lengths = new long[cohort_dim(Handle)];
                fixed (long* destination = lengths) cohort_shape(Handle, destination);
                GC.KeepAlive(this);
                return lengths;
            }
        }

        public long Dimensions => Read(cohort_dim(Handle));

        public long ndim => Dimensions;

        public long dim() => Dimensions;

        public long NumberOfElements => Read(cohort_numel(Handle));

        public long numel() => NumberOfElements;

        /// <summary>The size of one element in bytes.</summary>
        public long ElementSize => Read(cohort_element_size(Handle));

        public ScalarType dtype => (ScalarType)Read(cohort_dtype(Handle));

        public unsafe Device device
        {
            get
            {
                int index;
                var type = (DeviceType)Read(cohort_device(Handle, &index));
                return type == DeviceType.CPU ? CPU : new Device(type, index);
            }
        }

        public DeviceType device_type => device.type;

        public long[] size() => shape;

        /// <param name="dim">Negative numbers count from the last dimension.</param>
        public long size(int dim)
        {
            var lengths = shape;
            var index = dim < 0 ? dim + lengths.Length : dim;
            if (index < 0 || index >= lengths.Length)
                throw new ArgumentOutOfRangeException(nameof(dim), dim, $"The tensor has {lengths.Length} dimensions.");
            return lengths[index];
        }

        public bool is_contiguous() => Read(cohort_is_contiguous(Handle)) != 0;

        public override string ToString() =>
            IsInvalid ? "a freed tensor" : $"[{string.Join("x", shape)}], type = {dtype}, device = {device}";

        private T Read<T>(T value)
        {
            GC.KeepAlive(this);
            return value;
        }
    }
}
