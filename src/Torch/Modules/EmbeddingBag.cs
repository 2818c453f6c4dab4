using Cohort.Torch.Modules;

namespace Cohort.Torch.Modules
{
    /// <summary>
    /// Sums or means of rows of a table [rows, dimensions]: int64 [N, T] becomes [N, dimensions], without the [N, T, dimensions] that
    /// <see cref="Embedding"/> would make. The padding row counts for nothing, and a bag of it alone is zero.
    /// </summary>
    public sealed class EmbeddingBag : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        private readonly EmbeddingBagMode _mode;
        private readonly long _padding;

        internal EmbeddingBag(long rows, long dimensions, EmbeddingBagMode mode, long padding) : base(nameof(EmbeddingBag))
        {
            (_mode, _padding) = (mode, padding < 0 ? -1 : EmbeddingTable.Padding(padding, rows));
            weight = EmbeddingTable.Create(rows, dimensions, _padding);
            register_parameter(nameof(weight), weight);
        }

        public Parameter weight { get; }

        /// <summary>As the other, under the signature of the engine that this one stands for.</summary>
        /// <param name="input">int64 [N, T]</param>
        /// <param name="offsets">Must be null: bags are rows of the input.</param>
        /// <param name="perSampleWeights">Must be null: all rows count alike.</param>
        public torch.Tensor call(torch.Tensor input, torch.Tensor? offsets, torch.Tensor? perSampleWeights) =>
            offsets is null && perSampleWeights is null
                ? call(input)
                : throw new NotSupportedException("Bags are the rows of a two-dimensional input, and all their elements count alike.");

        public override torch.Tensor forward(torch.Tensor input)
        {
            if (input.shape is not [var bags, var length])
                throw new ArgumentException($"Bags are the rows of an input [N, T], not of [{string.Join("x", input.shape)}].");
            using var scope = torch.NewDisposeScope();
            var indices = input.reshape(-1);
            var offsets = torch.arange(0, bags * length, length, torch.ScalarType.Int64, input.device);
            var result = torch.Tensor.Result(
                Native.cohort_embedding_bag(weight.Handle, indices.Handle, offsets.Handle, (long)_mode, _padding), indices, weight)
                .MoveToOuterDisposeScope();
            return torch.Trace.Active?.Add("embedding_bag", result, [input, weight], ("mean", _mode is EmbeddingBagMode.Mean),
                ("padding", _padding)) ?? result;
        }
    }
}

namespace Cohort.Torch
{
    /// <summary>What becomes of the rows of a bag.</summary>
    public enum EmbeddingBagMode
    {
        Sum = 0,
        Mean = 1,
    }

    public static partial class torch
    {
        public static partial class nn
        {
            /// <param name="num_embeddings">Rows of the table.</param>
            /// <param name="embedding_dims">Columns of the table.</param>
            /// <param name="mode">What becomes of a bag's rows.</param>
            /// <param name="padding_index">A row that counts for nothing and is never learnt; -1 for none.</param>
            public static EmbeddingBag EmbeddingBag(long num_embeddings, long embedding_dims,
                EmbeddingBagMode mode = EmbeddingBagMode.Mean, long padding_index = -1) =>
                new(num_embeddings, embedding_dims, mode, padding_index);
        }
    }
}
