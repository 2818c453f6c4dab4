using System.Buffers.Binary;
using System.Text;
using Cohort.Model.Files;

namespace Cohort.Model.Tests.Files;

public class SafeTensorsTests
{
    private static SafeTensors Read(byte[] file) => SafeTensors.Read(new MemoryStream(file), "m.safetensors");

    private static string Faulty(byte[] file) => Should.Throw<ModelFileException>(() => Read(file)).Message;

    /// <summary>A file with this header text, and so many bytes after it.</summary>
    private static byte[] With(string header, int data)
    {
        var json = Encoding.UTF8.GetBytes(header);
        var file = new byte[8 + json.Length + data];
        BinaryPrimitives.WriteInt64LittleEndian(file, json.Length);
        json.CopyTo(file, 8);
        return file;
    }

    private static string Tensor(string name, string type, string shape, long begin, long end) =>
        $$"""  "{{name}}":{"dtype":"{{type}}","shape":{{shape}},"data_offsets":[{{begin}},{{end}}]}  """.Trim();

    [Fact]
    public void The_header_is_what_the_reference_implementation_writes()
    {
        var header = SafeTensors.Header([new("format", "pt")], [("a.weight", TensorType.F32, [2, 3]), ("b", TensorType.U8, [])]);

        BinaryPrimitives.ReadInt64LittleEndian(header).ShouldBe(header.Length - 8);
        (header.Length % 8).ShouldBe(0);
        Encoding.UTF8.GetString(header.AsSpan(8)).TrimEnd(' ').ShouldBe(
            """{"__metadata__":{"format":"pt"},"a.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}""" +
            ""","b":{"dtype":"U8","shape":[],"data_offsets":[24,25]}}""");
    }

    [Fact]
    public void What_is_written_reads_back()
    {
        var header = SafeTensors.Header(
            [new("plan", "żółć \"<q>\""), new("empty", "")],
            [("z", TensorType.I64, [2]), ("a", TensorType.I32, [1, 3]),
                ("f", TensorType.F32, [0, 5]), ("u", TensorType.U8, [7])]);

        var read = Read([.. header, .. new byte[16 + 12 + 7]]);

        read.Text("plan").ShouldBe("żółć \"<q>\"");
        read.Text("empty").ShouldBe("");
        read.Text("absent").ShouldBeNull();
        read.DataStart.ShouldBe(header.Length);
        read.Tensors.Select(t => (t.Name, t.Type, t.Begin, t.End)).ShouldBe(
            [("z", TensorType.I64, 0, 16), ("a", TensorType.I32, 16, 28),
                ("f", TensorType.F32, 28, 28), ("u", TensorType.U8, 28, 35)]);
        read.Find("a")!.Shape.ShouldBe([1, 3]);
        read.Find("b").ShouldBeNull();
    }

    [Fact]
    public void Tensors_may_be_named_in_another_order_than_they_stand()
    {
        var read = Read(With($"{{{Tensor("b", "U8", "[2]", 3, 5)},{Tensor("a", "U8", "[3]", 0, 3)}}}", 5));

        read.Tensors.Select(t => t.Name).ShouldBe(["a", "b"]);
    }

    [Fact]
    public void A_file_that_ends_within_its_first_bytes_is_refused()
    {
        Faulty([]).ShouldBe("m.safetensors: the file has 0 bytes and cannot be a safetensors file, which begins with 8 bytes " +
            "of length.");
        Faulty([1, 0, 0]).ShouldContain("the file has 3 bytes");
        Faulty(With("{}", 0)[..9]).ShouldBe("m.safetensors: the header claims 2 bytes, but the file has 1 after the length.");
    }

    [Theory]
    [InlineData(100_000_001UL)]
    [InlineData(0x8000_0000_0000_0000UL)]
    [InlineData(ulong.MaxValue)]
    public void A_header_that_claims_too_much_is_refused_before_memory_is_taken(ulong length)
    {
        var file = new byte[64];
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);

        Faulty(file).ShouldContain($"the header claims {length} bytes, more than the 100000000");
    }

    public static TheoryData<string, int, string> Faults => new()
    {
        { "", 0, "the header is no JSON as safetensors has it (" },
        { "{ \"a\": ", 0, "the header is no JSON as safetensors has it (" },
        { "{ \"\\ud800\": 1 }", 0, "the header is no JSON as safetensors has it (" },
        { "[]", 0, "the header is JSON, but no object of tensors." },
        { "{\"__metadata__\":[]}", 0, "__metadata__ is no object of texts." },
        { "{\"__metadata__\":{\"a\":1}}", 0, "__metadata__ holds \"a\", which is no text." },
        { "{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}", 0, "__metadata__ names \"a\" twice." },
        { "{\"a\":3}", 0, "tensor \"a\" lacks its dtype, shape or two data_offsets." },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4, "tensor \"a\" lacks its dtype, shape or two data_offsets." },
        { $"{{{Tensor("a", "I16", "[2]", 0, 4)}}}", 4, "tensor \"a\" is of type I16, and only U8, I32, I64, F16, BF16, F32, F64 are read." },
        { $"{{{Tensor("a", "3", "[1]", 0, 4)}}}", 4, "tensor \"a\" is of type 3" },
        { $"{{{Tensor("a", "F32", "[-1]", 0, 4)}}}", 4, "tensor \"a\" has a dimension -1" },
        { $"{{{Tensor("a", "F32", "[1.5]", 0, 4)}}}", 4, "tensor \"a\" has a dimension 1.5" },
        { $"{{{Tensor("a", "F32", "[\"1\"]", 0, 4)}}}", 4, "tensor \"a\" has a dimension \"1\"" },
        { $"{{{Tensor("a", "F32", "[1]", -4, 0)}}}", 4, "tensor \"a\" has an offset -4" },
        { $"{{{Tensor("a", "F32", "[1]", 4, 0)}}}", 4, "tensor \"a\" of type F32 and shape [1] cannot stand in the bytes from " +
            "4 to 0." },
        { $"{{{Tensor("a", "F32", "[2]", 0, 4)}}}", 4, "tensor \"a\" of type F32 and shape [2] cannot stand in the bytes from " +
            "0 to 4." },
        { $"{{{Tensor("a", "F32", "[4294967296]", 0, 4)}}}", 4, "tensor \"a\" has a dimension above" },
        {
            // 2^62 elements of 4 bytes are 2^64, which is 0 in 64 bits.
            $"{{{Tensor("a", "F32", "[1073741824,2147483647,2147483647]", 0, 0)}}}", 0, "cannot stand in the bytes from 0 to 0."
        },
        { $"{{{Tensor("a", "F32", "[1073741824,1073741824,4]", 0, 0)}}}", 0, "cannot stand in the bytes from 0 to 0." },
        { $"{{{Tensor("a", "U8", "[8]", 0, 8)}}}", 4, "tensor \"a\" ends at byte 8, but the file holds 4 bytes of tensors." },
        { $"{{{Tensor("a", "U8", "[2]", 0, 2)}}}", 4, "the tensors end at byte 2, but the file holds 4 bytes of tensors." },
        {
            $"{{{Tensor("a", "U8", "[3]", 0, 3)},{Tensor("b", "U8", "[2]", 2, 4)}}}", 4,
            "tensor \"b\" begins at byte 2, where 3 was expected: it overlaps the tensor before it."
        },
        {
            $"{{{Tensor("a", "U8", "[1]", 0, 1)},{Tensor("b", "U8", "[2]", 2, 4)}}}", 4,
            "tensor \"b\" begins at byte 2, where 1 was expected: there is a gap before it."
        },
        { $"{{{Tensor("a", "U8", "[1]", 0, 1)},{Tensor("a", "U8", "[1]", 1, 2)}}}", 2, "the header names \"a\" twice." },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_header_that_does_not_fit_is_refused_with_its_tensor(string header, int data, string expected)
    {
        var message = Faulty(With(header, data));

        message.ShouldStartWith("m.safetensors: ");
        message.ShouldContain(expected);
    }

    [Fact]
    public void Any_byte_changed_in_a_header_gives_an_answer_and_never_another_exception()
    {
        var header = SafeTensors.Header([new("k", "v")], [("a", TensorType.F32, [2, 3]), ("b", TensorType.U8, [4])]);
        byte[] file = [.. header, .. new byte[28]];
        for (var i = 0; i < header.Length; i++)
        {
            foreach (var flip in new byte[] { 1, 2, 16, 128, 255 })
            {
                var changed = (byte[])file.Clone();
                changed[i] ^= flip;
                try
                {
                    Read(changed).Tensors.Sum(t => t.Bytes).ShouldBeLessThanOrEqualTo(28);
                }
                catch (ModelFileException)
                {
                    // The answer that most changes deserve.
                }
            }
        }
    }
}
