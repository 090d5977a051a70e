// LINE's words for sizes and distances, in CSS.
// Source: https://developers.line.biz/en/docs/messaging-api/flex-message-layout/

const SPACES = { none: "0", xs: "2px", sm: "4px", md: "8px", lg: "12px", xl: "16px", xxl: "20px" };
const TEXT_SIZES = {
  xxs: "11px", xs: "13px", sm: "14px", md: "16px", lg: "19px", xl: "22px", xxl: "29px",
  "3xl": "35px", "4xl": "48px", "5xl": "74px",
};
const IMAGE_SIZES = {
  xxs: "40px", xs: "60px", sm: "80px", md: "100px", lg: "120px", xl: "140px", xxl: "160px",
  "3xl": "180px", "4xl": "200px", "5xl": "220px", full: "100%",
};
const BUBBLE_WIDTHS = {
  nano: "120px", micro: "160px", deca: "220px", hecto: "241px", kilo: "260px", mega: "300px", giga: "386px",
};
const BORDERS = { none: "0", light: "0.5px", normal: "1px", medium: "2px", "semi-bold": "3px", bold: "4px" };
const GRAVITIES = { top: "flex-start", center: "center", bottom: "flex-end" };

export const space = (value) => SPACES[value] ?? value;
export const textSize = (value) => TEXT_SIZES[value] ?? value;
export const imageSize = (value) => IMAGE_SIZES[value] ?? value;
export const bubbleWidth = (value) => BUBBLE_WIDTHS[value];
export const border = (value) => BORDERS[value] ?? value;
export const gravity = (value) => GRAVITIES[value];

/** "16:9" as CSS's aspect-ratio. */
export const ratio = (value) => String(value).replace(":", " / ");
