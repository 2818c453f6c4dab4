using Cohort.Torch.Modules;

namespace Cohort.Torch.Modules
{
    /// <summary>A table [rows, dimensions] of which integer tensors of any shape look rows up: [...] becomes [..., dimensions].</summary>
    public sealed class Embedding : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        private readonly long _padding;

        internal Embedding(long rows, long dimensions, long? padding) : base(nameof(Embedding))
        {
            _padding = EmbeddingTable.Padding(padding, rows);
            weight = EmbeddingTable.Create(rows, dimensions, _padding);
            register_parameter(nameof(weight), weight);
        }

        public Parameter weight { get; }

        public override torch.Tensor forward(torch.Tensor input)
        {
            var result = torch.Tensor.Result(Native.cohort_embedding(weight.Handle, input.Handle, _padding), input, weight);
            return torch.Trace.Active?.Add("embedding", result, [input, weight]) ?? result;
        }
    }

    /// <summary>What <see cref="Embedding"/> and <see cref="EmbeddingBag"/> have in common.</summary>
    internal static class EmbeddingTable
    {
        /// <summary>Draws from N(0, 1), PyTorch's default; zeros in the row that stands for nothing.</summary>
        public static Parameter Create(long rows, long dimensions, long padding)
        {
            var weight = new Parameter(torch.randn([rows, dimensions]));
            if (padding < 0) return weight;
            using var noGradients = torch.no_grad();
            using var row = weight.narrow(0, padding, 1);
            row.zero_();
            return weight;
        }

        /// <summary>The row as the engine counts it: from the front, -1 for none.</summary>
        public static long Padding(long? padding, long rows) => padding switch
        {
            null => -1,
            { } row when row >= -rows && row < rows => row < 0 ? row + rows : row,
            _ => throw new ArgumentException($"The padding row {padding} is none of the {rows} rows of the table."),
        };
    }
}

namespace Cohort.Torch
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <param name="num_embeddings">Rows of the table.</param>
            /// <param name="embedding_dims">Columns of the table.</param>
            /// <param name="padding_idx">A row that is never learnt; null for none.</param>
            public static Embedding Embedding(long num_embeddings, long embedding_dims, long? padding_idx = null) =>
                new(num_embeddings, embedding_dims, padding_idx);
        }
    }
}
