namespace Cohort.Torch.Tests;

public sealed class TensorTests
{
    [Fact]
    public void A_tensor_over_an_array_shares_its_memory()
    {
        using var scope = NewDisposeScope();
        var array = new float[,] { { 1, 2, 3 }, { 4, 5, 6 } };
        var tensor = torch.frombuffer(array, torch.float32, count: 4, offset: 2);
        tensor.data<float>().ToArray().ShouldBe([3f, 4f, 5f, 6f]);
        array[1, 0] = 40;
        tensor.data<float>()[1].ShouldBe(40f);
        tensor.mul_(2);
        array[1, 2].ShouldBe(12f);
    }

    [Fact]
    public void The_array_lives_as_long_as_any_tensor_over_it_and_no_longer()
    {
        var (part, array) = ViewOfAnArray();
        GC.Collect();
        array.IsAlive.ShouldBeTrue();
        part.sum().item<long>().ShouldBe(5L);
        part.Dispose();
        GC.Collect();
        array.IsAlive.ShouldBeFalse();
    }

    [Fact]
    public void A_buffer_that_is_too_small_is_refused()
    {
        Should.Throw<ArgumentException>(() => torch.frombuffer(new float[3], torch.float32, offset: 4));
        Should.Throw<Exception>(() => torch.frombuffer(new float[3], torch.float32, count: 3, offset: 1));
    }

    [Fact]
    public void Bytes_are_the_tensors_own_memory()
    {
        using var scope = NewDisposeScope();
        var tensor = torch.tensor(new[] { 1, 256 });
        tensor.bytes.ToArray().ShouldBe([1, 0, 0, 0, 0, 1, 0, 0]);
        tensor.bytes[0] = 7;
        tensor.data<int>().ToArray().ShouldBe([7, 256]);
    }

    [Fact]
    public void Elements_are_read_in_row_major_order_whatever_the_strides()
    {
        using var scope = NewDisposeScope();
        torch.arange(6).view(2, 3).t().data<long>().ToArray().ShouldBe([0L, 3L, 1L, 4L, 2L, 5L]);
        torch.arange(6).view(2, 3).t().data<long>()[1].ShouldBe(3L);
    }

    [Fact]
    public void Factories_choose_the_types_that_PyTorch_chooses()
    {
        using var scope = NewDisposeScope();
        torch.zeros(2).dtype.ShouldBe(ScalarType.Float32);
        torch.arange(3).dtype.ShouldBe(ScalarType.Int64);
        torch.arange(0, 1, 0.5).dtype.ShouldBe(ScalarType.Float32);
        torch.full([2, 2], 3).dtype.ShouldBe(ScalarType.Int64);
        torch.tensor(new[] { true, false }).dtype.ShouldBe(ScalarType.Bool);
        torch.tensor(new[,] { { 1.0, 2.0 } }).shape.ShouldBe([1L, 2L]);
        (torch.arange(3) + 1).dtype.ShouldBe(ScalarType.Int64);
        (torch.arange(3) + 1.5).dtype.ShouldBe(ScalarType.Float32);
        torch.ones([2], torch.float64, requires_grad: true).requires_grad.ShouldBeTrue();
    }

    [Fact]
    public void Single_values_convert_to_numbers()
    {
        using var scope = NewDisposeScope();
        torch.tensor(2.5).ToSingle().ShouldBe(2.5f);
        torch.tensor(7L).ToDouble().ShouldBe(7.0);
        torch.tensor(7L).ToInt32().ShouldBe(7);
        torch.tensor(true).ToBoolean().ShouldBeTrue();
        torch.tensor(3f).item<float>().ShouldBe(3f);
        torch.tensor(-3f).isfinite().all().ToBoolean().ShouldBeTrue();
        torch.tensor(new[] { 1f, float.NaN }).isfinite().all().ToBoolean().ShouldBeFalse();
    }

    [Fact]
    public void Operations_in_place_change_the_tensor_and_return_it()
    {
        using var scope = NewDisposeScope();
        var x = torch.tensor(new[] { 1f, 2f });
        x.add_(1).ShouldBeSameAs(x);
        x.mul_(torch.tensor(new[] { 2f, 3f })).sub_(1).div_(2).add_(torch.ones(2), 0.5);
        x.data<float>().ToArray().ShouldBe([2f, 4.5f]);
        x.clamp_(max: 3).mul_(2).div_(torch.tensor(2f)).sub_(torch.ones(2));
        x.data<float>().ToArray().ShouldBe([1f, 2f]);
        x.copy_(torch.tensor(5L)).data<float>().ToArray().ShouldBe([5f, 5f]);
        x.fill_(3).data<float>().ToArray().ShouldBe([3f, 3f]);
        x.zero_().sum().item<float>().ShouldBe(0f);
    }

    [Fact]
    public void Positions_of_the_greatest_elements_are_found()
    {
        using var scope = NewDisposeScope();
        var x = torch.tensor(new[,] { { 1f, 5f, 2f }, { 7f, 0f, 3f } });
        x.argmax().item<long>().ShouldBe(3L);
        x.argmax(1).data<long>().ToArray().ShouldBe([1L, 0L]);
        x.max(0).indexes.data<long>().ToArray().ShouldBe([1L, 0L, 1L]);
        x.min(1).indexes.data<long>().ToArray().ShouldBe([0L, 1L]);
        x.eq(5).sum().item<long>().ShouldBe(1L);
    }

    [Theory]
    [InlineData("cpu", DeviceType.CPU, -1)]
    [InlineData("cuda", DeviceType.CUDA, -1)]
    [InlineData("cuda:3", DeviceType.CUDA, 3)]
    public void Devices_are_read_from_their_names(string name, DeviceType type, int index)
    {
        var device = torch.device(name);
        device.type.ShouldBe(type);
        device.index.ShouldBe(index);
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda:x")]
    [InlineData("")]
    public void Names_of_no_device_are_refused(string name) => Should.Throw<Exception>(() => torch.device(name));

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static (Tensor Part, WeakReference Array) ViewOfAnArray()
    {
        var array = new long[] { 1, 2, 3 };
        using var whole = torch.frombuffer(array, torch.int64);
        return (whole.narrow(0, 1, 2), new WeakReference(array));
    }
}
