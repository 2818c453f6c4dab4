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

        public long numel() => Read(cohort_numel(Handle));

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

        internal bool IsContiguous => Read(cohort_is_contiguous(Handle)) != 0;

        public override string ToString() =>
            IsInvalid ? "a freed tensor" : $"[{string.Join("x", shape)}], type = {dtype}, device = {device}";

        /// <summary>The size of one element in bytes.</summary>
        private long ElementSize => Read(cohort_element_size(Handle));

        private T Read<T>(T value)
        {
            GC.KeepAlive(this);
            return value;
        }
    }
}
